package dev.anabranch.branch;

import dev.anabranch.branch.RunPlaces.Place;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who works on which branch in this process, and how many may at the same time. Safe for use by many threads.
 *
 * <p>A run holds one slot of its tree: one of those that this process hands out, and then a {@link Place} that all
 * processes share. While a run waits for branches of its own, it lends its slot to them and takes one again before it
 * goes on: so a tree of fan-outs never waits for itself, however few slots there are, and no more than the limit ever
 * work.
 */
final class RunSlots {

    private static final Map<DurableStreams, RunSlots> BY_STREAMS = new WeakHashMap<>(); // guarded by itself

    private final Object lock = new Object();
    private final Map<StreamName, Slots> slotsByTree = new HashMap<>(); // guarded by lock
    private final Map<String, Run> runsBySession = new HashMap<>(); // guarded by lock

    /** The slots of everything that works on {@code streams}. */
    static RunSlots of(DurableStreams streams) {
        synchronized (BY_STREAMS) {
            return BY_STREAMS.computeIfAbsent(streams, unknown -> new RunSlots());
        }
    }

    /** The slots of one tree. There are some as long as one is busy. */
    private static final class Slots {
        private final RunPlaces places;
        private int busy; // guarded by lock

        private Slots(StreamName account) {
            this.places = new RunPlaces(account);
        }
    }

    /**
     * A tree, and how many may work on it.
     *
     * @param account the stream of the tree's account, beside which its places are
     * @param runsMax how many runs there may be at the same time
     * @param lease how long a place stays taken whose process died, in whole seconds
     */
    record Tree(DurableStreams streams, StreamName account, int runsMax, Duration lease) {}

    /** Work on one branch, from taking a slot to closing. */
    final class Run implements AutoCloseable {

        private final Tree tree;
        private final String session;
        private final long deadlineNanos;
        private @Nullable Place place; // guarded by lock
        private boolean isTakingPlace; // guarded by lock
        private int lendings; // guarded by lock

        private Run(Tree tree, String session, Place place, long deadlineNanos) {
            this.tree = tree;
            this.session = session;
            this.place = place;
            this.deadlineNanos = deadlineNanos;
        }

        /** When the run must end, by {@link System#nanoTime}. */
        long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void close() {
            boolean isBusy;
            synchronized (lock) {
                runsBySession.remove(session, this);
                isBusy = lendings == 0;
                lendings = Integer.MIN_VALUE; // what is given back after the end is nobody's
            }
            giveUp(this, isBusy);
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

    /**
     * Waits for a slot, then works on {@code session} until the run is closed.
     *
     * @throws dev.anabranch.stream.DurableStreamsException if the processes' places cannot be reached
     */
    Run begin(Tree tree, String session, Deadline deadline) throws InterruptedException {
        Slots slots;
        synchronized (lock) {
            while (busy(tree) >= tree.runsMax()) {
                lock.wait();
            }
            slots = occupy(tree);
        }
        Place place = null;
        try {
            place = slots.places.take(tree.streams(), tree.runsMax(), tree.lease());
        } finally {
            if (place == null) {
                release(tree);
            }
        }
        Run run = new Run(tree, session, place, deadline.nanosFrom(System.nanoTime()));
        synchronized (lock) {
            runsBySession.put(session, run);
        }
        return run;
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
        boolean isFirst;
        synchronized (lock) {
            lender = Optional.ofNullable(runsBySession.get(session));
            isFirst = lender.isPresent() && lender.get().lendings++ == 0;
        }
        lender.ifPresent(run -> giveUp(run, isFirst));
        return () -> lender.ifPresent(this::takeBack);
    }

    private void giveUp(Run run, boolean isBusy) {
        Place place;
        synchronized (lock) {
            place = run.place;
            run.place = null;
        }
        try {
            if (place != null) {
                place.close();
            }
        } finally {
            if (isBusy) {
                release(run.tree);
            }
        }
    }

    /*
     * A run may lend its slot for several tool calls at once, which come back in any order. Only one of them takes the
     * place again, and gives it up at once if the slot has been lent anew in the meantime.
     */
    private void takeBack(Run run) {
        boolean interrupted = false;
        Slots slots;
        synchronized (lock) {
            while (run.isTakingPlace || (run.lendings == 1 && busy(run.tree) >= run.tree.runsMax())) {
                try {
                    lock.wait();
                } catch (InterruptedException cancelled) {
                    interrupted = true; // the run ends soon, but must own a slot to give back
                }
            }
            if (--run.lendings != 0) {
                return;
            }
            slots = occupy(run.tree);
            run.isTakingPlace = true;
        }
        Place place = null;
        try {
            if (!interrupted) {
                place = slots.places.take(run.tree.streams(), run.tree.runsMax(), run.tree.lease());
            }
        } catch (InterruptedException cancelled) {
            interrupted = true; // the run ends soon, and gives back what it has
        } finally {
            settle(run, place);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void settle(Run run, @Nullable Place taken) {
        boolean isWanted;
        synchronized (lock) {
            run.isTakingPlace = false;
            isWanted = run.lendings == 0;
            if (isWanted) {
                run.place = taken;
            }
            lock.notifyAll();
        }
        if (!isWanted && taken != null) {
            taken.close();
        }
    }

    private int busy(Tree tree) {
        Slots slots = slotsByTree.get(tree.account());
        return slots == null ? 0 : slots.busy;
    }

    private Slots occupy(Tree tree) {
        Slots slots = slotsByTree.computeIfAbsent(tree.account(), Slots::new);
        slots.busy++;
        return slots;
    }

    private void release(Tree tree) {
        synchronized (lock) {
            slotsByTree.computeIfPresent(tree.account(), (name, slots) -> --slots.busy == 0 ? null : slots);
            lock.notifyAll();
        }
    }
}
