package dev.anabranch.branch;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a session may branch. Enforced where branches are made, atomically, and across processes that share a server:
 * when {@code n} more branches are allowed, exactly {@code n} of any number of simultaneous attempts succeed.
 *
 * <p>A branch never gets more than its parent has left: each branch carries the allowance it was given when it was
 * made, and the stricter of that and these limits holds. Branches count while they exist; one that was deleted or has
 * expired makes room again. A limit of 0 forbids.
 *
 * @param depth how many levels of branches there may be below the root
 * @param branchesPerSession how many branches one session may have
 * @param liveBranchesPerTree how many branches there may be below one root, at all levels
 * @param branchesPerMinute how many branches may be made below one root within any 60 seconds
 * @param concurrentRuns how many branches below one root may be worked on at the same time, by all processes that share
 *     a server. Others wait. A process that died frees its places within 30 seconds, by the server's clock. A fan-out
 *     inside a branch shares its branch's turn, so nesting never waits for itself
 * @param runTime how long one branch may work on its task; within a branch that itself works on a task, no longer than
 *     that one has left
 * @param tokenBudget how many tokens all branches below one root may use together, as far as agents report their use.
 *     Once it is spent no run begins, and a {@link ModelAgent} calls its model no more; what an agent reports when it
 *     is done counts then
 */
public record BranchLimits(
        int depth,
        int branchesPerSession,
        int liveBranchesPerTree,
        int branchesPerMinute,
        int concurrentRuns,
        Duration runTime,
        OptionalLong tokenBudget) {

    /** Room for a tree that a person can still survey, and no more than a model should need by itself. */
    public static final BranchLimits DEFAULTS =
            new BranchLimits(3, 10, 50, 30, 8, Duration.ofMinutes(5), OptionalLong.empty());

    public BranchLimits {
        requireNotNegative("depth", depth);
        requireNotNegative("branchesPerSession", branchesPerSession);
        requireNotNegative("liveBranchesPerTree", liveBranchesPerTree);
        requireNotNegative("branchesPerMinute", branchesPerMinute);
        if (concurrentRuns < 1) {
            throw new IllegalArgumentException("concurrentRuns is less than 1: " + concurrentRuns);
        }
        if (runTime.isZero() || runTime.isNegative()) {
            throw new IllegalArgumentException("runTime is not positive: " + runTime);
        }
        if (tokenBudget.isPresent()) {
            requireNotNegative("tokenBudget", tokenBudget.getAsLong());
        }
    }

    public BranchLimits withDepth(int depth) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    public BranchLimits withBranchesPerSession(int branchesPerSession) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    public BranchLimits withLiveBranchesPerTree(int liveBranchesPerTree) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    public BranchLimits withBranchesPerMinute(int branchesPerMinute) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    public BranchLimits withConcurrentRuns(int concurrentRuns) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    public BranchLimits withRunTime(Duration runTime) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                tokenBudget);
    }

    /** With at most {@code tokens} in all. */
    public BranchLimits withTokenBudget(long tokens) {
        return new BranchLimits(
                depth,
                branchesPerSession,
                liveBranchesPerTree,
                branchesPerMinute,
                concurrentRuns,
                runTime,
                OptionalLong.of(tokens));
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
    }
}
