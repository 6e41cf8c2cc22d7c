package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.Offset;
import dev.langchain4j.data.message.ChatMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A branch to ask questions in and throw away. It has a TTL and is hidden from listings; closing deletes it, and the
 * TTL does if the process dies before. The session it was forked from is never written to.
 *
 * <pre>{@code
 * try (Scratch scratch = Scratch.of(sessions, session).agent(agent).open()) {
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

    /** A scratch of {@code parent} within {@link BranchLimits#DEFAULTS}. */
    public static Builder of(AgentSessions sessions, AgentSession parent) {
        return of(BoundedBranching.of(sessions, BranchLimits.DEFAULTS), parent);
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
        BranchOutcome outcome = work(question);
        boolean interrupted = Thread.interrupted();
        Offset after = parent.tail();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Reply(outcome, before, after);
    }

    /**
     * Makes a lasting branch of the parent that holds what the scratch holds. The scratch's own messages join it anew,
     * with a header {@code keptFrom} that names the scratch; the scratch itself goes when it is closed.
     *
     * @throws BranchLimitException if the parent may not have another branch
     */
    public AgentSession keep(String label) {
        SessionInfo info = session.info();
        BranchPoint point = info.forkPoint().orElseThrow(() -> new AssertionError("scratch has no fork point"));
        ForkOptions options = ForkOptions.at(
                        point.afterMessageId().map(ForkPoint::after).orElse(ForkPoint.atIndex(0)))
                .withLabel(label)
                .withIdempotencyKey(Keys.of("keep", session.id()));
        AgentSession kept = branching
                .forkAll(parent, List.of(options), Optional.of(session.id()))
                .get(0)
                .session();
        List<ChatMessage> own = own(point.messageCount());
        if (!own.isEmpty()) {
            kept.append(SessionAppend.messages(own)
                    .withHeaders(Map.of("keptFrom", session.id()))
                    .withIdempotencyKey(Keys.of("keep", session.id())));
        }
        return kept;
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

    private List<ChatMessage> own(int from) {
        List<ChatMessage> own = new ArrayList<>();
        int next = from;
        HistoryPage page;
        do {
            page = session.history(next, 500);
            page.messages().stream()
                    .map(HistoryMessage::message)
                    .flatMap(Optional::stream)
                    .forEach(own::add);
            next = page.nextIndex();
        } while (!page.isLast());
        return own;
    }

    private BranchOutcome work(String question) {
        CompletableFuture<Long> deadline = new CompletableFuture<>();
        CompletableFuture<BranchOutcome> outcome = new CompletableFuture<>();
        BranchWorker worker = new BranchWorker(branching, job(question), new BranchWorker.Reports() {
            @Override
            public void started(long deadlineNanos, Duration allowed) {
                deadline.complete(deadlineNanos);
            }

            @Override
            public void answeredOnce() {}

            @Override
            public void ended(BranchOutcome ended) {
                outcome.complete(ended);
                deadline.complete(System.nanoTime());
            }
        });
        RunSlots.Lending lent = branching.slots().lend(parent.id());
        long begun = System.nanoTime();
        try {
            worker.start(false);
            long left = deadline.get() - System.nanoTime();
            return outcome.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException overdue) {
            return new TimedOut(0, "scratch", session.id(), Duration.ofNanos(System.nanoTime() - begun));
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new BranchOutcome.Cancelled(0, "scratch", session.id(), "the question was interrupted");
        } catch (ExecutionException neverThrown) {
            throw new AssertionError(neverThrown);
        } finally {
            worker.interrupt();
            lent.close();
        }
    }

    private BranchWorker.Job job(String question) {
        return new BranchWorker.Job(
                0, "scratch", session, parent.id(), question, agent, Optional.empty(), "question-" + ++asked);
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
