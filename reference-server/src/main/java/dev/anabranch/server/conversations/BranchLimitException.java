package dev.anabranch.server.conversations;

import dev.anabranch.server.http.Problem;

/** Thrown when a conversation or its tree has as many branches as it may have. */
public final class BranchLimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int RETRY_SECONDS = 60;

    private final boolean ofRate;

    private BranchLimitException(String message, boolean ofRate) {
        super(message);
        this.ofRate = ofRate;
    }

    static BranchLimitException ofNumber(String message) {
        return new BranchLimitException(message, false);
    }

    static BranchLimitException ofRate(String message) {
        return new BranchLimitException(message, true);
    }

    /** Whether there is room again after a while. */
    public boolean isOfRate() {
        return ofRate;
    }

    /** 429, with {@code Retry-After} where waiting helps. */
    static Problem problem(BranchLimitException full) {
        Problem problem = Problem.of(429, "limit_exceeded", String.valueOf(full.getMessage()));
        return full.ofRate ? problem.withHeader("Retry-After", Integer.toString(RETRY_SECONDS)) : problem;
    }
}
