package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.StreamsUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The time that one call may take, and how it is spent on further attempts. For one call, by one thread. */
final class Deadline {

    private static final Duration PAUSE_MIN = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final long end;
    private final DurableStreams streams;
    private int attempts;

    Deadline(DurableStreams streams, Duration time) {
        this.end = System.nanoTime() + time.toNanos();
        this.streams = streams.within(time);
    }

    /** The streams, for requests that end when the time is up. */
    DurableStreams streams() {
        return streams;
    }

    /** Takes a lock, unless the time is up before it is free. */
    void lock(ReentrantLock lock) {
        boolean isTaken = lock.tryLock();
        try {
            isTaken = isTaken || lock.tryLock(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        }
        if (!isTaken) {
            throw new StreamsUnavailableException(
                    StreamsUnavailableException.Cause.CONNECTION,
                    StreamsUnavailableException.Outcome.NOT_DONE,
                    "other calls were still under way",
                    null);
        }
    }

    /** Does something that may be done twice, until it succeeds or the time is up. */
    <T> T retry(Supplier<T> request) {
        while (true) {
            try {
                return request.get();
            } catch (DurableStreamsException failed) {
                pauseOrThrow(failed);
            }
        }
    }

    /** Waits before another attempt. Throws {@code failed} if another one is pointless, or time is up. */
    void pauseOrThrow(DurableStreamsException failed) {
        if (!isWorthAnotherTry(failed)) {
            throw failed;
        }
        Duration pause = retryAfter(failed).orElseGet(this::backoff);
        if (System.nanoTime() + pause.toNanos() > end) {
            throw failed;
        }
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
            failed.addSuppressed(givenUp);
            throw failed;
        }
    }

    boolean isOver() {
        return System.nanoTime() > end;
    }

    private static boolean isWorthAnotherTry(DurableStreamsException failed) {
        if (failed instanceof StreamsUnavailableException unavailable) {
            return unavailable.reason() != StreamsUnavailableException.Cause.STORAGE_FULL;
        }
        return failed instanceof LimitExceededException exceeded
                && exceeded.limit() == LimitExceededException.Limit.RATE;
    }

    private static Optional<Duration> retryAfter(DurableStreamsException failed) {
        return failed instanceof LimitExceededException exceeded ? exceeded.retryAfter() : Optional.empty();
    }

    private Duration backoff() {
        long max = Math.min(PAUSE_MAX.toMillis(), PAUSE_MIN.toMillis() << Math.min(attempts++, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(max / 2, max + 1));
    }
}
