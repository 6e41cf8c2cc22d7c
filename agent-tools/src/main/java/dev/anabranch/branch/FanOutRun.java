package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.branch.FanOutBranches.Progress;
import dev.anabranch.branch.FanOutJournal.End;
import dev.anabranch.branch.FanOutJournal.Recorded;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.SessionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One run of a fan-out.
 *
 * <p>One thread, the caller's, decides everything: workers and {@link #cancel} only put events into its queue. So the
 * first event about a branch is its outcome, and whatever a cancelled or late worker reports afterwards is dropped. A
 * worker that ignores its interruption keeps its slot until it returns, but nobody waits for it.
 */
final class FanOutRun {

    /** What happens while branches are worked on. */
    private sealed interface Event {
        record Started(int index, long deadlineNanos, Duration allowed) implements Event {}

        record Warm() implements Event {}

        record Ended(BranchOutcome outcome) implements Event {}

        record Cancel(Optional<String> label, String reason) implements Event {}
    }

    private final FanOut fanOut;
    private final FanOutJournal journal;
    private final FanOutBranches branches;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    // The rest belongs to the deciding thread.
    private final Map<Integer, BranchOutcome> outcomes = new TreeMap<>();
    private final Map<Integer, BranchWorker> workers = new TreeMap<>();
    private final Map<Integer, Event.Started> started = new HashMap<>();
    private List<String> sessions = List.of();
    private boolean interrupted;

    FanOutRun(FanOut fanOut) {
        this.fanOut = fanOut;
        this.journal = new FanOutJournal(fanOut.parent, fanOut.id);
        this.branches = new FanOutBranches(fanOut);
    }

    /** Cancels one branch, or all that have not ended. Of no effect once the run is over. */
    void cancel(Optional<String> label, String reason) {
        events.add(new Event.Cancel(label, reason));
    }

    FanOutResult run() {
        Map<Integer, SessionInfo> existing = branches.existing();
        if (!existing.isEmpty()) {
            Recorded recorded = journal.read();
            outcomes.putAll(recorded.outcomes());
            if (recorded.end().isPresent() && outcomes.size() >= fanOut.tasks.size()) {
                return result(recorded.end().get());
            }
        }
        try {
            sessions = new ArrayList<>(branches.make(existing));
        } catch (BranchLimitException full) {
            return refused(full.refusal());
        }
        journal.began(fanOut, sessions);
        RunSlots.Lending lent = fanOut.branching.slots().lend(fanOut.parent.id());
        try {
            takeUp(existing);
            work();
        } finally {
            workers.values().forEach(BranchWorker::interrupt);
            lent.close();
        }
        End end = end();
        journal.done(end);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result(end);
    }

    /** Settles what an earlier run finished without being able to record it, and renews what it left half-way. */
    private void takeUp(Map<Integer, SessionInfo> existing) {
        existing.forEach((index, info) -> {
            if (outcomes.containsKey(index)) {
                return;
            }
            AgentSession branch = fanOut.branching.sessions().session(info.id());
            Progress progress = branches.progressOf(branch, info);
            if (progress instanceof Progress.Answered answered) {
                settle(new Finished(
                        index, label(index), info.id(), answered.text(), Optional.empty(), Duration.ZERO, true));
            } else if (progress instanceof Progress.HalfDone) {
                try {
                    sessions.set(index, branches.fresh(index, info).id());
                } catch (BranchLimitException full) {
                    settle(new Refused(index, label(index), Optional.of(info.id()), full.refusal()));
                }
            }
        });
    }

    private void work() {
        if (isSatisfied()) {
            cancelRest("no longer needed: the fan-out had what it waited for");
            return;
        }
        startWorkers();
        while (outcomes.size() < fanOut.tasks.size()) {
            handle(next());
            if (isSatisfied()) {
                cancelRest("no longer needed: the fan-out had what it waited for");
            }
        }
    }

    private void startWorkers() {
        boolean warming = fanOut.warmFirst;
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            if (!outcomes.containsKey(i)) {
                start(i, warming);
                if (warming) {
                    return; // the others start when it is warm
                }
            }
        }
    }

    private void start(int index, boolean tellsWarm) {
        if (workers.containsKey(index)) {
            return;
        }
        BranchTask task = fanOut.tasks.get(index);
        BranchWorker.Job job = new BranchWorker.Job(
                index,
                task.label(),
                fanOut.branching.sessions().session(sessions.get(index)),
                fanOut.parent.id(),
                task.task(),
                fanOut.agentFor(task),
                task.timeout(),
                "fanout-" + fanOut.id);
        BranchWorker worker = new BranchWorker(fanOut.branching, job, new BranchWorker.Reports() {
            @Override
            public void started(long deadlineNanos, Duration allowed) {
                events.add(new Event.Started(index, deadlineNanos, allowed));
            }

            @Override
            public void answeredOnce() {
                events.add(new Event.Warm());
            }

            @Override
            public void ended(BranchOutcome outcome) {
                events.add(new Event.Ended(outcome));
            }
        });
        workers.put(index, worker);
        worker.start(tellsWarm);
    }

    private void handle(Event event) {
        if (event instanceof Event.Started begun) {
            started.put(begun.index(), begun);
        } else if (event instanceof Event.Warm) {
            startOthers();
        } else if (event instanceof Event.Ended ended) {
            settle(ended.outcome());
            startOthers();
        } else if (event instanceof Event.Cancel cancel) {
            for (int i = 0; i < fanOut.tasks.size(); i++) {
                if (cancel.label().isEmpty() || cancel.label().get().equals(label(i))) {
                    cancelOne(i, cancel.reason());
                }
            }
            startOthers();
        } else {
            throw new AssertionError("unknown event " + event);
        }
    }

    private void startOthers() {
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            if (!outcomes.containsKey(i)) {
                start(i, false);
            }
        }
    }

    /** The next event; times branches out while there is none. */
    private Event next() {
        while (true) {
            Optional<Event.Started> due = started.values().stream()
                    .filter(begun -> !outcomes.containsKey(begun.index()))
                    .min((a, b) -> Long.signum(a.deadlineNanos() - b.deadlineNanos()));
            try {
                if (due.isEmpty()) {
                    return events.take();
                }
                long left = due.get().deadlineNanos() - System.nanoTime();
                Event event = events.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
                if (event != null) {
                    return event;
                }
                timeOut(due.get());
                return new Event.Warm();
            } catch (InterruptedException caller) {
                interrupted = true;
                return new Event.Cancel(Optional.empty(), "the fan-out was interrupted");
            }
        }
    }

    private void timeOut(Event.Started overdue) {
        settle(new TimedOut(overdue.index(), label(overdue.index()), sessions.get(overdue.index()), overdue.allowed()));
        interrupt(overdue.index());
    }

    private void cancelRest(String reason) {
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            cancelOne(i, reason);
        }
    }

    private void cancelOne(int index, String reason) {
        if (!outcomes.containsKey(index)) {
            settle(new Cancelled(index, label(index), sessions.get(index), reason));
            interrupt(index);
        }
    }

    private void interrupt(int index) {
        Optional.ofNullable(workers.get(index)).ifPresent(BranchWorker::interrupt);
    }

    private void settle(BranchOutcome outcome) {
        if (outcomes.putIfAbsent(outcome.index(), outcome) == null) {
            journal.ended(outcome);
        }
    }

    private boolean isSatisfied() {
        return fanOut.join.isSatisfiedBy(outcomes.values(), fanOut.tasks.size());
    }

    private End end() {
        List<Finished> finished = outcomes.values().stream()
                .filter(Finished.class::isInstance)
                .map(Finished.class::cast)
                .toList();
        if (fanOut.judge.isEmpty() || finished.isEmpty() || interrupted) {
            return new End(isSatisfied(), Optional.empty(), Optional.empty());
        }
        try {
            return new End(isSatisfied(), Optional.of(fanOut.judge.get().rank(finished)), Optional.empty());
        } catch (InterruptedException caller) {
            interrupted = true;
            return new End(isSatisfied(), Optional.empty(), Optional.of("the fan-out was interrupted"));
        } catch (Exception judgeFailed) {
            return new End(isSatisfied(), Optional.empty(), Optional.of(BranchWorker.reasonOf(judgeFailed)));
        }
    }

    private FanOutResult result(End end) {
        return new FanOutResult(
                fanOut.id, List.copyOf(outcomes.values()), end.satisfied(), end.verdict(), end.judgeProblem());
    }

    private FanOutResult refused(Refusal refusal) {
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            outcomes.putIfAbsent(i, new Refused(i, label(i), Optional.empty(), refusal));
        }
        return result(new End(false, Optional.empty(), Optional.empty()));
    }

    private String label(int index) {
        return fanOut.tasks.get(index).label();
    }
}
