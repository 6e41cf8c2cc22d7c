package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.session.AgentSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A question to an agent in a scratch, waited for no longer than the limits allow.
 *
 * @param parent whose run, if it is worked on itself, lends its turn to the question
 */
record Question(BoundedBranching branching, AgentSession parent, AgentSession scratch, BranchAgent agent) {

    private static final String LABEL = "scratch";

    /**
     * Asks, and waits for what comes of it. An interrupted thread stays interrupted.
     *
     * @param work names the question among all that are asked in the scratch
     */
    BranchOutcome ask(String question, String work) {
        CompletableFuture<Long> deadline = new CompletableFuture<>();
        CompletableFuture<BranchOutcome> outcome = new CompletableFuture<>();
        BranchWorker.Job job =
                new BranchWorker.Job(0, LABEL, scratch, parent.id(), question, agent, Optional.empty(), work);
        BranchWorker worker = new BranchWorker(branching, job, new BranchWorker.Reports() {
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
            return new TimedOut(0, LABEL, scratch.id(), Duration.ofNanos(System.nanoTime() - begun));
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new Cancelled(0, LABEL, scratch.id(), "the question was interrupted");
        } catch (ExecutionException neverThrown) {
            throw new AssertionError(neverThrown);
        } finally {
            worker.interrupt();
            lent.close();
        }
    }
}
