package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import java.util.Optional;

/**
 * Counts the tokens that one run uses while it works. Belongs to the thread of the run, where {@link MeteredModel}
 * finds it.
 */
final class Meter implements AutoCloseable {

    private static final ThreadLocal<Meter> CURRENT = new ThreadLocal<>();

    private final BoundedBranching branching;
    private final AgentSession branch;
    private final boolean bounded;
    private long counted;
    private long booked;

    private Meter(BoundedBranching branching, AgentSession branch, boolean bounded) {
        this.branching = branching;
        this.branch = branch;
        this.bounded = bounded;
    }

    /**
     * Counts for the calling thread, until closed.
     *
     * @throws BranchLimitException if nothing is left of the budget
     */
    static Meter start(BoundedBranching branching, AgentSession branch) {
        var left = branching.tokensLeft(branch);
        LimitGuard.requireTokens(left);
        Meter meter = new Meter(branching, branch, left.isPresent());
        CURRENT.set(meter);
        return meter;
    }

    /** The meter of the run that the calling thread works on. */
    static Optional<Meter> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /**
     * To be asked before each call of a model.
     *
     * @throws BranchLimitException if nothing is left of the budget
     */
    void requireTokens() {
        if (bounded) {
            LimitGuard.requireTokens(branching.tokensLeft(branch));
        }
    }

    /** A model has used so many. With a budget they are booked at once, so that others see them. */
    void count(long tokens) {
        counted += tokens;
        if (bounded) {
            book();
        }
    }

    /** What the agent says it used in all, which may be more than was counted here. */
    void atLeast(long tokens) {
        counted = Math.max(counted, tokens);
    }

    private void book() {
        if (counted > booked) {
            branching.spend(branch, counted - booked);
            booked = counted;
        }
    }

    /** Books what is not booked yet, also of a run that failed. */
    @Override
    public void close() {
        CURRENT.remove();
        boolean interrupted = Thread.interrupted(); // a run that is cancelled has used what it has used
        try {
            book();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
