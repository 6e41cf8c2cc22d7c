package dev.anabranch.engine;

import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What streams were found to lack, remembered. Safe for use by many threads. */
final class Damage {

    private static final Logger log = LoggerFactory.getLogger(Damage.class);

    private volatile String last = "";

    boolean isKnown() {
        return !last.isEmpty();
    }

    /** What to throw at those who meet it; said in the log once, however many they are. */
    StreamsUnavailableException found(String what) {
        if (!what.equals(last)) {
            last = what;
            log.error("{}", what);
        }
        return new StreamsUnavailableException(Cause.FAILURE, Outcome.NOT_DONE, what, null);
    }
}
