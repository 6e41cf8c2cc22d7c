package dev.anabranch.storage;

import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Group commit: what was queued while the disk was busy is written and synced together. */
final class CommitQueue {

    /*
     * One thread, the writer, takes everything that is queued, lets each mutation check its condition and add its
     * writes to one batch, in order, and writes that batch with one sync. A second thread then tells the callers, in
     * the same order, while the writer is at the next batch already.
     *
     * A mutation never sees half of another one: conditions are checked by the writer alone, against what is in the
     * store and in the batch so far. If the batch cannot be written, none of it happened as far as anyone here can
     * tell; what the writer had remembered of it is forgotten.
     *
     * After a failed write or sync nothing more is written. What the disk holds is not known any more, and a second
     * sync may report success for pages that the first one lost. A full disk is different: the store can be re-opened
     * on what is on disk, once there is room. Until then removals alone are written, in room that the store has kept
     * for them: it is by removing that its users make room.
     */

    private static final Logger log = LoggerFactory.getLogger(CommitQueue.class);

    private static final int GROUP_MUTATIONS_MAX = 4096;
    private static final long GROUP_BYTES_MAX = 16L << 20;

    private enum Health {
        GOOD,
        FULL,
        /** Full, but re-opened for removals. */
        REMOVING,
        FAILED
    }

    private final OrderedStore store;
    private final StreamTables tables;
    private final long queuedBytesMax;
    private final Thread writer = new Thread(this::write, "anabranch-commit");
    private final ExecutorService callbacks;
    private final AtomicLong syncs = new AtomicLong();

    private final Object lock = new Object();
    private final ArrayDeque<Mutation<?>> queued = new ArrayDeque<>(); // guarded by lock
    private long queuedBytes; // guarded by lock
    private boolean closed; // guarded by lock

    private volatile Runnable recovered = () -> {};
    private Health health = Health.GOOD; // the writer's own
    private @Nullable Throwable lastFailure; // the writer's own

    CommitQueue(OrderedStore store, StreamTables tables, long queuedBytesMax) {
        this.store = store;
        this.tables = tables;
        this.queuedBytesMax = queuedBytesMax;
        this.callbacks = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "anabranch-callbacks");
            thread.setDaemon(true);
            return thread;
        });
        writer.setDaemon(true);
        writer.start();
    }

    void onRecovery(Runnable recovered) {
        this.recovered = recovered;
    }

    long syncs() {
        return syncs.get();
    }

    void submit(Mutation<?> mutation) {
        synchronized (lock) {
            if (closed) {
                throw new StreamsUnavailableException(Cause.FAILURE, Outcome.NOT_DONE, "the store is closed", null);
            }
            if (queuedBytes > 0 && queuedBytes + mutation.bytes() > queuedBytesMax) {
                throw new LimitExceededException(
                        Limit.RATE,
                        "more than " + queuedBytesMax + " bytes wait for the disk",
                        Optional.of(Duration.ofSeconds(1)));
            }
            queuedBytes += mutation.bytes();
            queued.add(mutation);
            if (queued.size() == 1) {
                lock.notifyAll();
            }
        }
    }

    /** Writes what is queued, and returns when the last callback has returned. */
    void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (true) {
            try {
                writer.join();
                callbacks.shutdown();
                if (callbacks.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
                log.warn("a callback of the store does not return");
            } catch (InterruptedException waitAllTheSame) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        List<Mutation<?>> group = new ArrayList<>();
        while (takeGroup(group)) {
            try {
                commit(group);
            } catch (RuntimeException | Error broken) {
                log.error("the store takes no more writes", broken);
                broken(Health.FAILED, broken);
                fail(group, Outcome.UNKNOWN);
            }
            List<Mutation<?>> answered = List.copyOf(group);
            callbacks.execute(() -> answered.forEach(Mutation::answer));
            group.clear();
        }
    }

    /** Waits for work; false when there is none and will be none. */
    private boolean takeGroup(List<Mutation<?>> group) {
        synchronized (lock) {
            while (queued.isEmpty()) {
                if (closed) {
                    return false;
                }
                try {
                    lock.wait();
                } catch (InterruptedException nobodyMayInterruptThisThread) {
                    throw new AssertionError(nobodyMayInterruptThisThread);
                }
            }
            long bytes = 0;
            while (!queued.isEmpty() && group.size() < GROUP_MUTATIONS_MAX && bytes < GROUP_BYTES_MAX) {
                Mutation<?> next = queued.remove();
                bytes += next.bytes();
                group.add(next);
            }
            queuedBytes -= bytes;
            return true;
        }
    }

    private void commit(List<Mutation<?>> group) {
        if (isFull() && store.recover()) {
            log.info("the store has room again");
            reopened(Health.GOOD);
        }
        if (health == Health.GOOD) {
            write(group, true);
        } else if (health == Health.FAILED) {
            fail(group, Outcome.NOT_DONE);
        } else {
            fail(select(group, false), Outcome.NOT_DONE);
            remove(select(group, true));
        }
    }

    /** Writes removals to a store that is full. */
    private void remove(List<Mutation<?>> removals) {
        if (removals.isEmpty()) {
            return;
        }
        boolean isOpen = health == Health.REMOVING;
        if (isOpen || reopenedForRemovals()) {
            write(removals, isOpen);
        } else {
            fail(removals, Outcome.NOT_DONE);
        }
    }

    /** @param again whether removals may be written once more if there is no room for the group */
    private void write(List<Mutation<?>> group, boolean again) {
        try (OrderedStore.Batch batch = store.batch()) {
            boolean sync = false;
            tables.begin(batch);
            for (Mutation<?> mutation : group) {
                mutation.apply(tables);
                sync |= mutation.isSynced();
            }
            if (!batch.isEmpty()) {
                store.write(batch, sync);
                syncs.addAndGet(sync ? 1 : 0);
            }
            tables.end();
        } catch (StreamsUnavailableException unreadable) {
            // Nothing was written: a condition could not be checked.
            tables.forget();
            group.forEach(mutation -> mutation.fail(unreadable));
        } catch (StoreWriteException failed) {
            log.error("the store failed to write: {}", failed.getMessage(), failed);
            broken(failed.isFull() ? Health.FULL : Health.FAILED, failed);
            List<Mutation<?>> removals = select(group, true);
            if (again && failed.isFull() && !removals.isEmpty() && reopenedForRemovals()) {
                fail(select(group, false), Outcome.UNKNOWN);
                write(removals, false);
            } else {
                fail(group, Outcome.UNKNOWN);
            }
        }
    }

    private boolean reopenedForRemovals() {
        if (!store.recoverForRemovals()) {
            return false;
        }
        log.info("the store is full, and takes nothing but removals");
        reopened(Health.REMOVING);
        return true;
    }

    private void reopened(Health now) {
        health = now;
        tables.forget();
        callbacks.execute(recovered);
    }

    private void broken(Health now, Throwable cause) {
        health = now;
        lastFailure = cause;
        tables.forget();
    }

    private boolean isFull() {
        return health == Health.FULL || health == Health.REMOVING;
    }

    private void fail(List<Mutation<?>> group, Outcome outcome) {
        StreamsUnavailableException failure = isFull()
                ? new StreamsUnavailableException(
                        Cause.STORAGE_FULL,
                        outcome,
                        "the store has no room left; it takes writes again once there is room",
                        lastFailure)
                : new StreamsUnavailableException(
                        Cause.FAILURE,
                        outcome,
                        "the store failed to write, and takes no writes until it is re-opened",
                        lastFailure);
        group.forEach(mutation -> mutation.fail(failure));
    }

    private static List<Mutation<?>> select(List<Mutation<?>> group, boolean makesRoom) {
        List<Mutation<?>> selected = new ArrayList<>();
        for (Mutation<?> mutation : group) {
            if (mutation.makesRoom() == makesRoom) {
                selected.add(mutation);
            }
        }
        return selected;
    }
}
