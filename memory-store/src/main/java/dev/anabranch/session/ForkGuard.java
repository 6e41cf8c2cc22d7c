package dev.anabranch.session;

/**
 * A limit on forking, enforced where branches are made.
 *
 * <p>Before a branch exists, its line is written to the directory, by compare-and-set on the directory's tail: the
 * guard sees the directory as of that tail, and if any other branch was made anywhere in between, the write is refused
 * and the guard is asked again on the newer directory. So what a guard allowed is true of every branch that it let
 * through, across threads and processes, however many try at once. A fork that merely repeats an earlier one of the
 * same idempotency key makes nothing and asks no guard.
 *
 * <p>A guard may be asked several times for one fork. It must answer from its argument and without blocking.
 */
@FunctionalInterface
public interface ForkGuard {

    /** Allows every fork. */
    ForkGuard NONE = attempt -> {};

    /**
     * Returns normally to allow, or throws to refuse. What it throws reaches the caller of {@code fork} as it is, and
     * nothing has been made.
     */
    void check(ForkAttempt attempt);
}
