package dev.anabranch.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When a stream ends by itself (PROTOCOL.md section 5.1). */
public sealed interface Expiry {

    /** The stream stays until it is deleted. */
    record Never() implements Expiry {}

    /**
     * The stream expires once it has been neither read nor written for this long. {@code HEAD} does not count as a
     * read.
     *
     * @param idle whole seconds, zero or more
     */
    record Ttl(Duration idle) implements Expiry {
        public Ttl {
            if (idle.isNegative() || !idle.truncatedTo(ChronoUnit.SECONDS).equals(idle)) {
                throw new IllegalArgumentException("TTL is not a whole number of seconds from 0: " + idle);
            }
        }
    }

    /** The stream expires at this time, whoever reads it. */
    record At(Instant time) implements Expiry {}

    /** No expiry. */
    static Expiry never() {
        return new Never();
    }

    static Expiry ttl(Duration idle) {
        return new Ttl(idle);
    }

    static Expiry at(Instant time) {
        return new At(time);
    }
}
