package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Finished;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * When a fan-out has what it needs. Branches that still work then are cancelled.
 *
 * @param word as it stands in JSON
 * @param needed how many branches must pass {@code test}; {@link #ALL} for every one
 * @param test what a finished branch must pass to count
 */
public record Join(String word, int needed, Predicate<Finished> test) {

    /** As {@link #needed}: every branch. */
    public static final int ALL = Integer.MAX_VALUE;

    public Join {
        if (needed < 1) {
            throw new IllegalArgumentException("needed is less than 1: " + needed);
        }
    }

    /** Waits for every branch, and is satisfied if all have finished. */
    public static Join all() {
        return new Join("all", ALL, finished -> true);
    }

    /** Is satisfied with the first branch that finishes. */
    public static Join any() {
        return new Join("any", 1, finished -> true);
    }

    /** Is satisfied with the first branch that passes a test. */
    public static Join first(Predicate<Finished> test) {
        return new Join("first", 1, test);
    }

    /** Is satisfied once so many branches have finished. */
    public static Join quorum(int needed) {
        return quorum(needed, finished -> true);
    }

    /** Is satisfied once so many branches pass a test. */
    public static Join quorum(int needed, Predicate<Finished> test) {
        return new Join("quorum", needed, test);
    }

    /** Whether these outcomes are enough for a fan-out of {@code branches} branches. */
    boolean isSatisfiedBy(Collection<BranchOutcome> outcomes, int branches) {
        long passed = outcomes.stream()
                .filter(outcome -> outcome instanceof Finished finished && test.test(finished))
                .count();
        return branches > 0 && passed >= (needed == ALL ? branches : needed);
    }
}
