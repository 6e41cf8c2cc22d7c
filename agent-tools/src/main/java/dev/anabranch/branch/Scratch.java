package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.Offset;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A branch to ask questions in and throw away. It has a TTL and is hidden from listings; closing deletes it, and the
 * TTL does if the process dies before. The session it was forked from is never written to.
 *
 * <pre>{@code
 * try (Scratch scratch = Scratch.open(session, agent)) {
 *     scratch.ask("What do you think the user wants?").answer().ifPresent(System.out::println);
 * }
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class Scratch implements AutoCloseable {

    /** How long a scratch lives when it is neither read nor written, unless said otherwise. */
    public static final Duration TTL = Duration.ofMinutes(15);

    private final BoundedBranching branching;
    private final AgentSession parent;
    private final AgentSession session;
    private final BranchAgent agent;
    private int asked;

    private Scratch(BoundedBranching branching, AgentSession parent, AgentSession session, BranchAgent agent) {
        this.branching = branching;
        this.parent = parent;
        this.session = session;
        this.agent = agent;
    }

    /**
     * A scratch of {@code parent} as it is now, within {@link BranchLimits#DEFAULTS}.
     *
     * @throws BranchLimitException if that would go past a limit
     */
    public static Scratch open(AgentSession parent, BranchAgent agent) {
        return of(parent).agent(agent).open();
    }

    /** A scratch of {@code parent} within {@link BranchLimits#DEFAULTS}. */
    public static Builder of(AgentSession parent) {
        return of(BoundedBranching.of(parent.sessions(), BranchLimits.DEFAULTS), parent);
    }

    /** A scratch of {@code parent} within the limits of {@code branching}. */
    public static Builder of(BoundedBranching branching, AgentSession parent) {
        return new Builder(branching, parent);
    }

    /**
     * What came of a question.
     *
     * @param parentBefore the tail of the parent's stream before the question
     * @param parentAfter the tail of the parent's stream after the answer
     */
    public record Reply(BranchOutcome outcome, Offset parentBefore, Offset parentAfter) {

        /** The answer; empty if there is none, and {@link #outcome} says why. */
        public Optional<String> answer() {
            return outcome instanceof Finished finished ? Optional.of(finished.answer()) : Optional.empty();
        }

        /** Whether nothing at all was appended to the parent in the meantime, by anyone. */
        public boolean parentUnchanged() {
            return parentBefore.equals(parentAfter);
        }
    }

    /** The scratch's own session. */
    public AgentSession session() {
        return session;
    }

    /**
     * Asks the agent, in the scratch. Questions follow on one another. If the thread is interrupted the work is
     * cancelled, and the thread stays interrupted.
     */
    public Reply ask(String question) {
        Offset before = parent.tail();
        BranchOutcome outcome = new Question(branching, parent, session, agent).ask(question, "question-" + ++asked);
        boolean interrupted = Thread.interrupted();
        Offset after = parent.tail();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Reply(outcome, before, after);
    }

    /**
     * Makes a lasting branch of the parent that holds what the scratch holds: the same messages, by id and time, and
     * the same window. The scratch itself goes when it is closed. Asked again, it answers the branch that it made
     * first.
     *
     * @throws BranchLimitException if the parent may not have another branch
     */
    public AgentSession keep(String label) {
        ForkOptions options = ForkOptions.DEFAULTS.withLabel(label).withIdempotencyKey(Keys.of("keep", session.id()));
        return branching.keep(parent, session, options).session();
    }

    /** Deletes the scratch, and every scratch below it. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            deleteBelow(session);
            session.delete();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void deleteBelow(AgentSession above) {
        if (!above.exists()) {
            return;
        }
        for (SessionInfo child : above.children()) {
            if (child.scratch()) {
                AgentSession below = branching.sessions().session(child.id());
                deleteBelow(below);
                below.delete();
            }
        }
    }

    /** Says what the scratch shall be. */
    public static final class Builder {

        private final BoundedBranching branching;
        private final AgentSession parent;
        private @Nullable BranchAgent agent;
        private ForkPoint point = ForkPoint.now();
        private Duration ttl = TTL;
        private String label = "scratch";

        private Builder(BoundedBranching branching, AgentSession parent) {
            this.branching = branching;
            this.parent = parent;
        }

        /** Who answers. Required. */
        public Builder agent(BranchAgent agent) {
            this.agent = agent;
            return this;
        }

        /** Where the scratch begins. Default: {@link ForkPoint#now()}. */
        public Builder at(ForkPoint point) {
            this.point = point;
            return this;
        }

        /** How long the scratch lives when it is neither read nor written, in whole seconds. Default: {@link #TTL}. */
        public Builder ttl(Duration ttl) {
            this.ttl = ttl;
            return this;
        }

        public Builder label(String label) {
            this.label = label;
            return this;
        }

        /**
         * Forks the parent.
         *
         * @throws BranchLimitException if that would go past a limit
         */
        public Scratch open() {
            if (agent == null) {
                throw new IllegalArgumentException("scratch has no agent");
            }
            AgentSession session = branching
                    .fork(parent, ForkOptions.at(point).withLabel(label).withScratch(ttl))
                    .session();
            return new Scratch(branching, parent, session, agent);
        }
    }
}
