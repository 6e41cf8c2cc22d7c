package dev.anabranch.stream;

import java.time.Duration;
import java.util.Optional;

/** Thrown when a request is past a limit: too large, too many, too often. Nothing was changed. */
public final class LimitExceededException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    /** Which limit. */
    public enum Limit {
        /** The request is too large, or one too many, and always will be: it is of no use to try again. */
        SIZE,
        /** There is too much to do just now: later it may do. */
        RATE
    }

    private final Limit limit;
    private final transient Optional<Duration> retryAfter;

    public LimitExceededException(Limit limit, String message, Optional<Duration> retryAfter) {
        super(message, null);
        this.limit = limit;
        this.retryAfter = retryAfter;
    }

    public Limit limit() {
        return limit;
    }

    /** How long to wait before another attempt, where that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
