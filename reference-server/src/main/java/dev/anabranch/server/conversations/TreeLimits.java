package dev.anabranch.server.conversations;

import dev.anabranch.session.ForkAttempt;
import dev.anabranch.session.ForkGuard;
import java.time.Duration;
import java.time.Instant;

/**
 * How far conversations may branch, whichever face is used.
 *
 * @param depth branches of branches of …
 * @param branches live branches of one conversation
 * @param tree live conversations of one tree
 * @param perMinute branches made in one tree within a minute, those since deleted included
 */
public record TreeLimits(int depth, int branches, int tree, int perMinute) implements ForkGuard {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Room for people and for agents that branch, not for agents that run away. */
    public static final TreeLimits DEFAULTS = new TreeLimits(64, 2_000, 5_000, 3_000);

    public TreeLimits {
        if (depth < 1 || branches < 1 || tree < 1 || perMinute < 1) {
            throw new IllegalArgumentException("a limit of branches is not positive");
        }
    }

    @Override
    public void check(ForkAttempt attempt) {
        if (attempt.ancestors().size() + 1 > depth) {
            throw BranchLimitException.ofNumber("branches nest at most " + depth + " deep");
        }
        if (attempt.siblings().size() + attempt.count() > branches) {
            throw BranchLimitException.ofNumber("a conversation has at most " + branches + " branches");
        }
        if (attempt.tree().size() + attempt.count() > tree) {
            throw BranchLimitException.ofNumber("a tree has at most " + tree + " conversations");
        }
        Instant aMinuteAgo = attempt.now().minus(MINUTE);
        long recent =
                attempt.recentForks().stream().filter(aMinuteAgo::isBefore).count();
        if (recent + attempt.count() > perMinute) {
            throw BranchLimitException.ofRate("a tree gets at most " + perMinute + " branches within a minute");
        }
    }
}
