package dev.anabranch.server.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/** Makes the cursors of live reads (section 10.1), which keep caches from serving one answer for ever. */
final class Cursors {

    private static final Instant EPOCH = Instant.parse("2024-10-09T00:00:00Z");
    private static final int INTERVAL_SECONDS = 20;
    private static final int JITTER_SECONDS_MAX = 3600;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final InstantSource clock;
    private final IntUnaryOperator random;

    /** @param random gives a number from 0 up to its argument, exclusive */
    Cursors(InstantSource clock, IntUnaryOperator random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * The number of the current interval, or {@code sent} if that is ahead: on one connection cursors never go back.
     */
    String notBehind(String sent) {
        return Long.toString(Math.max(current(), Long.parseLong(sent)));
    }

    /** The number of the current interval, or one past {@code echoed} if that is not behind it. */
    String next(Optional<String> echoed) {
        long current = current();
        long last = echoed.filter(text -> NUMBER.matcher(text).matches())
                .map(Long::parseLong)
                .orElse(-1L);
        if (last < current) {
            return Long.toString(current);
        }
        int jitterSeconds = 1 + random.applyAsInt(JITTER_SECONDS_MAX);
        return Long.toString(last + Math.max(1, jitterSeconds / INTERVAL_SECONDS));
    }

    private long current() {
        return Duration.between(EPOCH, clock.instant()).toSeconds() / INTERVAL_SECONDS;
    }
}
