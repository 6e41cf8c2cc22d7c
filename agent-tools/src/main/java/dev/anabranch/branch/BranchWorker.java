package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionListener;
import dev.anabranch.stream.Tailing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Works on a task in one branch, on a thread of its own. */
final class BranchWorker {

    /**
     * What to do.
     *
     * @param parent the session whose run, if there is one, bounds this one's time
     * @param work names the work among all that is ever done in the branch
     */
    record Job(
            int index,
            String label,
            AgentSession branch,
            String parent,
            String task,
            BranchAgent agent,
            Optional<Duration> timeout,
            String work) {}

    /** Is told how it goes, by the worker's thread. */
    interface Reports {
        void started(long deadlineNanos, Duration allowed);

        /** The model has answered in the branch for the first time. */
        void answeredOnce();

        void ended(BranchOutcome outcome);
    }

    private final BoundedBranching branching;
    private final Job job;
    private final Reports reports;
    private @Nullable Future<?> future; // belongs to the thread that starts and interrupts

    BranchWorker(BoundedBranching branching, Job job, Reports reports) {
        this.branching = branching;
        this.job = job;
        this.reports = reports;
    }

    void start(boolean tellsFirstAnswer) {
        future = Workers.shared().submit(() -> reports.ended(outcome(tellsFirstAnswer)));
    }

    void interrupt() {
        if (future != null) {
            future.cancel(true);
        }
    }

    /*
     * Whatever an agent throws, errors included, is what became of its branch. Were anything to escape from here, whoever
     * waits for the branch would wait for ever.
     */
    private BranchOutcome outcome(boolean tellsFirstAnswer) {
        try {
            return tellsFirstAnswer ? workAndTell() : work();
        } catch (BranchLimitException spent) {
            return new Refused(
                    job.index(), job.label(), Optional.of(job.branch().id()), spent.refusal());
        } catch (Throwable failed) {
            return new Failed(job.index(), job.label(), job.branch().id(), reasonOf(failed));
        }
    }

    private BranchOutcome workAndTell() throws Exception {
        Tailing tailing = job.branch().listen(new SessionListener() {
            @Override
            public void onMessages(List<HistoryMessage> messages) {
                if (messages.stream().anyMatch(message -> message.role().equals("AI"))) {
                    reports.answeredOnce();
                }
            }
        });
        try {
            return work();
        } finally {
            tailing.close();
        }
    }

    private BranchOutcome work() throws Exception {
        RunSlots slots = branching.slots();
        OptionalLong latest = slots.deadlineOf(job.parent());
        RunSlots.Tree tree = branching.tree(job.branch());
        try (RunSlots.Run run = slots.begin(tree, job.branch().id(), new RunSlots.Deadline(allowed(), latest));
                Meter meter = Meter.start(branching, job.branch())) {
            reports.started(run.deadlineNanos(), Duration.ofNanos(run.deadlineNanos() - System.nanoTime()));
            return answer(meter);
        }
    }

    private BranchOutcome answer(Meter meter) throws Exception {
        long begun = System.nanoTime();
        Answer answer = job.agent().work(job.branch(), job.task());
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (answer.usage().isPresent()) {
            meter.atLeast(answer.usage().get().totalTokens());
            job.branch().append(SessionAppend.entry(answer.usage().get().toEntry(job.work())));
        }
        return new Finished(job.index(), job.label(), job.branch().id(), answer.text(), answer.usage(), took, false);
    }

    /** How long the branch may work, from when it gets its slot: as its task and the limits say. */
    private Duration allowed() {
        Duration limit = branching.limits().runTime();
        return job.timeout().filter(timeout -> timeout.compareTo(limit) < 0).orElse(limit);
    }

    /** What went wrong, in the words of the exception that says most. */
    static String reasonOf(Throwable failure) {
        Throwable told = failure;
        while (told.getMessage() == null && told.getCause() != null) {
            told = told.getCause();
        }
        return told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage();
    }
}
