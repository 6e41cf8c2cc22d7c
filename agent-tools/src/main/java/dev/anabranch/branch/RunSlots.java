package dev.anabranch.branch;

import dev.anabranch.stream.DurableStreams;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.WeakHashMap;

/**
 * Who works on which branch in this process, and how many may at the same time. Safe for use by many threads.
 *
 * <p>A run holds one slot of its tree. While a run waits for branches of its own, it lends its slot to them and takes
 * one again before it goes on: so a tree of fan-outs never waits for itself, however few slots there are, and no more
 * than the limit ever work.
 */
final class RunSlots {

    private static final Map<DurableStreams, RunSlots> BY_STREAMS = new WeakHashMap<>(); // guarded by itself

    private final Object lock = new Object();
    private final Map<String, Integer> busyByTree = new HashMap<>(); // guarded by lock
    private final Map<String, Run> runsBySession = new HashMap<>(); // guarded by lock

    /** The slots of everything that works on {@code streams}. */
    static RunSlots of(DurableStreams streams) {
        synchronized (BY_STREAMS) {
            return BY_STREAMS.computeIfAbsent(streams, unknown -> new RunSlots());
        }
    }

    /** Work on one branch, from taking a slot to closing. */
    final class Run implements AutoCloseable {

        private final String tree;
        private final String session;
        private final int slotsMax;
        private final long deadlineNanos;
        private int lendings; // guarded by lock

        private Run(String tree, String session, int slotsMax, long deadlineNanos) {
            this.tree = tree;
            this.session = session;
            this.slotsMax = slotsMax;
            this.deadlineNanos = deadlineNanos;
        }

        /** When the run must end, by {@link System#nanoTime}. */
        long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void close() {
            synchronized (lock) {
                runsBySession.remove(session, this);
                if (lendings == 0) {
                    release(tree);
                }
                lendings = Integer.MIN_VALUE; // what is given back after the end is nobody's
            }
        }
    }

    /**
     * When a run must end.
     *
     * @param allowed how long it may take, from when it gets its slot
     * @param latestNanos no later than this, by {@link System#nanoTime}
     */
    record Deadline(Duration allowed, OptionalLong latestNanos) {

        long nanosFrom(long now) {
            long own = now + allowed.toNanos();
            return latestNanos.isPresent() && latestNanos.getAsLong() - own < 0 ? latestNanos.getAsLong() : own;
        }
    }

    /** A slot that is lent until closed. */
    interface Lending extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for a slot, then works on {@code session} until the run is closed. */
    Run begin(String tree, String session, int slotsMax, Deadline deadline) throws InterruptedException {
        synchronized (lock) {
            while (busyByTree.getOrDefault(tree, 0) >= slotsMax) {
                lock.wait();
            }
            busyByTree.merge(tree, 1, Integer::sum);
            Run run = new Run(tree, session, slotsMax, deadline.nanosFrom(System.nanoTime()));
            runsBySession.put(session, run);
            return run;
        }
    }

    /** When the run that works on {@code session} must end, by {@link System#nanoTime}; empty if none does. */
    OptionalLong deadlineOf(String session) {
        synchronized (lock) {
            Run run = runsBySession.get(session);
            return run == null ? OptionalLong.empty() : OptionalLong.of(run.deadlineNanos);
        }
    }

    /**
     * Lends the slot of the run that works on {@code session}, if one does. Closing takes a slot again, and may wait.
     */
    Lending lend(String session) {
        Optional<Run> lender;
        synchronized (lock) {
            lender = Optional.ofNullable(runsBySession.get(session));
            lender.ifPresent(run -> {
                if (run.lendings++ == 0) {
                    release(run.tree);
                }
            });
        }
        return () -> lender.ifPresent(this::takeBack);
    }

    private void takeBack(Run run) {
        boolean interrupted = false;
        synchronized (lock) {
            while (run.lendings == 1 && busyByTree.getOrDefault(run.tree, 0) >= run.slotsMax) {
                try {
                    lock.wait();
                } catch (InterruptedException cancelled) {
                    interrupted = true; // the run ends soon, but must own a slot to give back
                }
            }
            if (--run.lendings == 0) {
                busyByTree.merge(run.tree, 1, Integer::sum);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void release(String tree) {
        busyByTree.computeIfPresent(tree, (name, busy) -> busy == 1 ? null : busy - 1);
        lock.notifyAll();
    }
}
