package dev.anabranch.server.conversations;

import dev.anabranch.session.ForkAttempt;
import dev.anabranch.session.ForkGuard;

/**
 * How far conversations may branch, whichever face is used.
 *
 * @param depth branches of branches of …
 * @param branches live branches of one conversation
 * @param tree live conversations of one tree
 */
public record TreeLimits(int depth, int branches, int tree) implements ForkGuard {

    /** Room for people and for agents that branch, not for agents that run away. */
    public static final TreeLimits DEFAULTS = new TreeLimits(64, 2_000, 5_000);

    public TreeLimits {
        if (depth < 1 || branches < 1 || tree < 1) {
            throw new IllegalArgumentException("a limit of branches is not positive");
        }
    }

    @Override
    public void check(ForkAttempt attempt) {
        if (attempt.ancestors().size() + 1 > depth) {
            throw new BranchLimitException("branches nest at most " + depth + " deep");
        }
        if (attempt.siblings().size() + attempt.count() > branches) {
            throw new BranchLimitException("a conversation has at most " + branches + " branches");
        }
        if (attempt.tree().size() + attempt.count() > tree) {
            throw new BranchLimitException("a tree has at most " + tree + " conversations");
        }
    }
}
