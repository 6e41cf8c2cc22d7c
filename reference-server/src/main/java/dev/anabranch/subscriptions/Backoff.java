package dev.anabranch.subscriptions;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before another attempt (PROTOCOL.md section 7.1): 1 second, doubled each time up to 60, give or take
 * 20 %.
 *
 * @param random from 0 to 1
 */
record Backoff(DoubleSupplier random) {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration MAX = Duration.ofSeconds(60);
    private static final double JITTER = 0.2;

    /**
     * The wait after this many failures in a row.
     *
     * @param failures 1 or more
     */
    Duration after(int failures) {
        int doublings = Math.min(failures - 1, 16);
        double millis = Math.min((double) FIRST.toMillis() * Math.pow(2, doublings), (double) MAX.toMillis());
        double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(Math.round(millis * jitter));
    }
}
