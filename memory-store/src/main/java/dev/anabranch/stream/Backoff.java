package dev.anabranch.stream;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: twice as long each time, up to a limit, of which a random part of at most
 * one half is taken off, so that clients that failed together do not come back together.
 *
 * @param first the longest wait before the second attempt
 * @param longest the longest wait before any attempt
 * @param random gives numbers from 0 to 1
 */
record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    /** The wait after {@code failures} attempts in a row have failed, one or more. */
    Duration after(int failures) {
        long nanos = first.toNanos();
        for (int i = 1; i < failures && nanos < longest.toNanos(); i++) {
            nanos *= 2;
        }
        nanos = Math.min(nanos, longest.toNanos());
        return Duration.ofNanos(nanos - (long) (nanos / 2.0 * random.getAsDouble()));
    }
}
