package dev.anabranch.stream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the store failed or could not be reached: a refused connection, a deadline, a failed disk, a server's
 * 5xx. A later attempt may succeed.
 */
public final class StreamsUnavailableException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    /** What is known of the request. */
    public enum Outcome {
        /** It was not carried out. */
        NOT_DONE,
        /** It may have been carried out: the answer was lost, or the disk failed half-way. */
        UNKNOWN
    }

    /** What stands in the way. */
    public enum Cause {
        /** The server cannot be reached, or does not answer in time. */
        CONNECTION,
        /** The server or engine answers that it has failed. */
        FAILURE,
        /** The store has no room left. It takes writes again once there is room. */
        STORAGE_FULL,
        /** The server answers, but not as the protocol has it: something else answers in its place, or it is broken. */
        ANSWER
    }

    private final Cause reason;
    private final Outcome outcome;

    public StreamsUnavailableException(Cause reason, Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.outcome = outcome;
    }

    public Cause reason() {
        return reason;
    }

    public Outcome outcome() {
        return outcome;
    }
}
