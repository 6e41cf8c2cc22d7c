package dev.anabranch.branch;

import dev.anabranch.branch.Refusal.Limit;
import dev.anabranch.session.ForkAttempt;
import dev.anabranch.session.ForkGuard;
import dev.anabranch.session.SessionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks one fork against limits, on the directory as of the moment of its making.
 *
 * <p>The allowance that the new branches carry is part of what is written, and so is fixed before the guard is asked.
 * If another branch came first and less is left than was assumed, {@link StaleAllowance} tells the caller to assume
 * again.
 */
final class LimitGuard implements ForkGuard {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final BranchLimits limits;
    private final Allowance given;
    private final Optional<String> replaced;

    /**
     * @param given what the new branches carry
     * @param replaced a branch that goes as the new one comes, and so does not count
     */
    LimitGuard(BranchLimits limits, Allowance given, Optional<String> replaced) {
        this.limits = limits;
        this.given = given;
        this.replaced = replaced;
    }

    /** Thrown when less is left than the new branches were to carry. */
    static final class StaleAllowance extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient Allowance granted;

        StaleAllowance(Allowance granted) {
            super("less is left than was assumed", null, false, false);
            this.granted = granted;
        }

        Allowance granted() {
            return granted;
        }
    }

    @Override
    public void check(ForkAttempt attempt) {
        Allowance allowance = Allowance.of(attempt.parent(), attempt.ancestors(), limits);
        int siblings = counted(attempt.siblings());
        requireDepth(attempt, allowance);
        requireBranches(attempt, allowance, siblings);
        requireTree(attempt);
        requireRate(attempt);
        Allowance granted = allowance.toEachOf(attempt.count(), siblings);
        if (!given.isWithin(granted)) {
            throw new StaleAllowance(granted);
        }
    }

    private int counted(List<SessionInfo> sessions) {
        return (int) sessions.stream()
                .filter(session -> !replaced.equals(Optional.of(session.id())))
                .count();
    }

    private void requireDepth(ForkAttempt attempt, Allowance allowance) {
        if (allowance.depth() < 1) {
            refuse(
                    Limit.DEPTH,
                    "this session is at level " + attempt.ancestors().size()
                            + " below the root, and branches may not go deeper than level "
                            + (attempt.ancestors().size() + Math.max(0, allowance.depth()))
                            + ". Do the work in this session yourself, without a branch.");
        }
    }

    private void requireBranches(ForkAttempt attempt, Allowance allowance, int siblings) {
        if (siblings + attempt.count() > allowance.branches()) {
            refuse(
                    Limit.BRANCHES_PER_SESSION,
                    "this session has " + siblings + " branches and may have " + allowance.branches() + "; "
                            + attempt.count() + " more would be too many. " + instead(allowance.branches() - siblings));
        }
    }

    private void requireTree(ForkAttempt attempt) {
        int live = counted(attempt.tree()) - 1;
        if (live + attempt.count() > limits.liveBranchesPerTree()) {
            refuse(
                    Limit.LIVE_BRANCHES_PER_TREE,
                    "there are " + live + " branches in the whole tree and there may be "
                            + limits.liveBranchesPerTree() + "; " + attempt.count() + " more would be too many. "
                            + instead(limits.liveBranchesPerTree() - live));
        }
    }

    private void requireRate(ForkAttempt attempt) {
        Instant from = attempt.now().minus(MINUTE);
        List<Instant> recent =
                attempt.recentForks().stream().filter(from::isBefore).toList();
        if (recent.size() + attempt.count() <= limits.branchesPerMinute()) {
            return;
        }
        String when = attempt.count() > limits.branchesPerMinute()
                ? "Make fewer at a time."
                : "Go on without a branch, or try again in " + secondsUntilRoom(attempt, recent, from) + " seconds.";
        refuse(
                Limit.BRANCHES_PER_MINUTE,
                recent.size() + " branches were made within the last minute and " + limits.branchesPerMinute()
                        + " are allowed. " + when);
    }

    private long secondsUntilRoom(ForkAttempt attempt, List<Instant> recent, Instant from) {
        int inTheWay = recent.size() + attempt.count() - limits.branchesPerMinute();
        Duration wait = Duration.between(from, recent.get(Math.min(inTheWay, recent.size()) - 1));
        return Math.max(1, wait.toSeconds() + 1);
    }

    private static String instead(int left) {
        return left > 0
                ? "Ask for " + left + " at most, or go on with the branches there are."
                : "Go on with the branches there are (list_branches shows them), or do the work here yourself.";
    }

    private static void refuse(Limit limit, String reason) {
        throw new BranchLimitException(new Refusal(limit, reason));
    }

    /** Refuses when nothing is left of a budget. */
    static void requireTokens(OptionalLong left) {
        if (left.isPresent() && left.getAsLong() <= 0) {
            refuse(
                    Limit.TOKEN_BUDGET,
                    "the token budget of this tree of branches is used up. Finish with what you have, in this session.");
        }
    }
}
