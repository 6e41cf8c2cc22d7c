package dev.anabranch.engine;

import dev.anabranch.engine.StreamListener.Change;
import dev.anabranch.storage.ChangeOutcome;
import dev.anabranch.storage.RemovalOutcome;
import dev.anabranch.storage.StorageCallback;
import dev.anabranch.storage.StoredRecord;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamChange;
import dev.anabranch.storage.StreamState;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** One stream in memory. Safe for use by many threads. */
final class StreamCell {

    /*
     * Two states are kept: the committed one, which readers see, and the pending one, which is the committed one plus
     * all changes that are on their way to disk. A change is judged against the pending state, under the lock, and
     * handed to the storage before the lock is let go, so that the storage has the changes of a stream in the order
     * in which they were judged; many of them may fly at once and share one sync. When one lands, its state becomes
     * the committed one. An answer that changes nothing but relies on what still flies (a duplicate of an append
     * that is not durable yet, say) waits until that has landed.
     *
     * Each change carries the version it was judged against, and the storage refuses it if that is not the current
     * one. So if a flight is lost, those behind it are refused too, and nothing is built on sand. A cell that lost a
     * flight, or whose stream is gone, is discarded: removed from the cache and never used again. Whoever still holds
     * it starts over.
     *
     * Nothing blocks under the lock but the reading of a producer's last append, and no callback runs under it: what
     * is to be done outside is returned as a Runnable.
     */

    private static final int PRODUCERS_REMEMBERED_MAX = 256;

    private final StoredStream stream;
    private final Lineage lineage;
    private final Lifetime lifetime;
    private final StreamStorage storage;
    private final Events events;
    private final Waiters waiters = new Waiters();
    private final LastRead lastRead = new LastRead();

    private final Object lock = new Object();
    private final Deque<Flight> flights = new ArrayDeque<>(); // guarded by lock
    private final Map<String, Producer> producers = new HashMap<>(); // guarded by lock
    private StreamState pending; // guarded by lock
    private boolean removing; // guarded by lock

    private volatile StreamState committed;
    private volatile boolean discarded;
    private volatile boolean checked;

    StreamCell(StoredStream stream, Lineage lineage, StreamStorage storage, Events events) {
        this.stream = stream;
        this.lineage = lineage;
        this.lifetime = new Lifetime(stream.expiry(), stream.state().accessed());
        this.storage = storage;
        this.events = events;
        this.pending = stream.state();
        this.committed = stream.state();
    }

    /** Hears of what happened to a cell, after it is durable. Never under the cell's lock. */
    interface Events {
        void changed(StreamCell cell, Change change);

        void removed(StreamCell cell, RemovalOutcome.Removed removed);

        /** The cell must leave the cache. */
        void outdated(StreamCell cell);
    }

    long id() {
        return stream.id();
    }

    StreamName name() {
        return stream.name();
    }

    /** What never changes; the state in it is as it was when the cell was loaded. */
    StoredStream stream() {
        return stream;
    }

    Lineage lineage() {
        return lineage;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    Waiters waiters() {
        return waiters;
    }

    LastRead lastRead() {
        return lastRead;
    }

    StreamState committed() {
        return committed;
    }

    boolean isDiscarded() {
        return discarded;
    }

    /** Lets {@code check} look at the stream before it is first written to. */
    void checkOnce(Consumer<StreamCell> check) {
        if (!checked) {
            check.accept(this);
            checked = true;
        }
    }

    StreamStatus status() {
        return status(committed);
    }

    StreamStatus status(StreamState state) {
        return new StreamStatus(
                stream.id(),
                new StreamHead(
                        stream.name(),
                        stream.contentType(),
                        Positions.offset(state.tail()),
                        state.closed(),
                        stream.expiry()),
                Heads.forkedAt(stream));
    }

    /** Never to be used again. */
    void discard() {
        synchronized (lock) {
            discarded = true;
        }
        waiters.wakeAll();
    }

    /**
     * Gives an answer that depends on the stream as it is, all changes on their way included.
     *
     * @param answer judges the pending state
     */
    <T> Runnable answer(Operation<T> operation, Function<StreamState, T> answer) {
        synchronized (lock) {
            if (isUnusable(operation)) {
                return discarded ? operation : StreamCell::nothing;
            }
            return answered(operation, answer.apply(pending));
        }
    }

    /** Appends, or answers why not. */
    Runnable append(AppendOperation append) {
        synchronized (lock) {
            if (isUnusable(append)) {
                return discarded ? append : StreamCell::nothing;
            }
            if (pending.deleted()) {
                throw new StreamGoneException(stream.name());
            }
            if (pending.closed()) {
                return answered(append, AppendRules.onClosed(pending, append.request()));
            }
            Content content = append.content(this);
            Optional<Producer> known = append.request().producer().flatMap(producer -> producer(producer.id()));
            AppendRules.Verdict verdict = append.judge(pending, known, content.length());
            if (verdict.next().isEmpty()) {
                return answered(append, verdict.result());
            }
            StreamState next = verdict.next().get();
            Optional<Producer> producer = append.request().producer();
            fly(new StreamChange(stream.id(), next, producer, content.records(pending.tail())), append, flight -> {
                if (content.length() > 0) {
                    events.changed(this, Change.APPENDED);
                }
                if (next.closed()) {
                    events.changed(this, Change.CLOSED);
                }
                append.complete(verdict.result());
            });
            producer.ifPresent(last -> producers.put(last.id(), last));
            return StreamCell::nothing;
        }
    }

    /** Changes when the stream is looked at next. */
    Runnable postpone(Operation<Boolean> operation, long due) {
        synchronized (lock) {
            if (isUnusable(operation)) {
                return discarded ? operation : StreamCell::nothing;
            }
            if (pending.deleted() || pending.due() >= due) {
                return answered(operation, false);
            }
            StreamChange change = new StreamChange(stream.id(), pending.postponed(due), Optional.empty(), List.of());
            fly(change, operation, flight -> operation.complete(true));
            return StreamCell::nothing;
        }
    }

    /** Puts records in the places of some that the stream has. */
    Runnable rewrite(Operation<Integer> operation, List<StoredRecord> records) {
        synchronized (lock) {
            if (isUnusable(operation)) {
                return discarded ? operation : StreamCell::nothing;
            }
            if (pending.deleted()) {
                throw new StreamGoneException(stream.name());
            }
            StreamState next = pending.postponed(pending.due());
            fly(
                    new StreamChange(stream.id(), next, Optional.empty(), records),
                    operation,
                    flight -> operation.complete(records.size()));
            return StreamCell::nothing;
        }
    }

    /** Lets {@code use} hand something over to the storage that relies on the pending state, and comes after it. */
    Runnable with(Operation<?> operation, Function<StreamState, Runnable> use) {
        synchronized (lock) {
            if (isUnusable(operation)) {
                return discarded ? operation : StreamCell::nothing;
            }
            return use.apply(pending);
        }
    }

    /** Removes the stream, or marks it deleted; the operation hears which, or of an earlier removal. */
    Runnable remove(Operation<RemovalOutcome> operation) {
        synchronized (lock) {
            if (isUnusable(operation)) {
                return discarded ? operation : StreamCell::nothing;
            }
            if (pending.deleted()) {
                return answered(operation, new RemovalOutcome.AlreadyDeleted());
            }
            Flight flight = new Flight(pending);
            storage.remove(stream.id(), new RemovalCallback(flight, operation));
            flights.add(flight);
            removing = true;
            return StreamCell::nothing;
        }
    }

    /** Whether an operation must start over: now, if the cell is discarded, or else when the removal has landed. */
    private boolean isUnusable(Operation<?> operation) {
        if (!discarded && removing) {
            flights.getLast().defer(operation, operation);
            return true;
        }
        return discarded;
    }

    private static void nothing() {
        // There is nothing to be done outside of the lock.
    }

    private <T> Runnable answered(Operation<T> operation, T answer) {
        if (flights.isEmpty()) {
            return () -> operation.complete(answer);
        }
        flights.getLast().defer(() -> operation.complete(answer), operation);
        return StreamCell::nothing;
    }

    private Optional<Producer> producer(String id) {
        Producer known = producers.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (producers.size() >= PRODUCERS_REMEMBERED_MAX && flights.isEmpty()) {
            producers.clear();
        }
        Optional<Producer> stored = storage.producer(stream.id(), id);
        stored.ifPresent(last -> producers.put(id, last));
        return stored;
    }

    private void fly(StreamChange change, Operation<?> operation, Consumer<Flight> landed) {
        Flight flight = new Flight(change.state());
        storage.change(change, new ChangeCallback(flight, operation, landed));
        flights.add(flight);
        pending = change.state();
    }

    private void lost(Flight flight) {
        // Out of the cache first: whoever finds it discarded must not find it again.
        events.outdated(this);
        synchronized (lock) {
            flights.remove(flight);
            discarded = true;
        }
        waiters.wakeAll();
    }

    private final class ChangeCallback implements StorageCallback<ChangeOutcome> {

        private final Flight flight;
        private final Operation<?> operation;
        private final Consumer<Flight> landed;

        ChangeCallback(Flight flight, Operation<?> operation, Consumer<Flight> landed) {
            this.flight = flight;
            this.operation = operation;
            this.landed = landed;
        }

        @Override
        public void done(ChangeOutcome outcome) {
            if (outcome == ChangeOutcome.OUTDATED) {
                lost(flight);
                operation.run();
                flight.lost();
                return;
            }
            StreamState before;
            synchronized (lock) {
                flights.remove(flight);
                before = committed;
                committed = flight.state();
            }
            if (discarded) {
                // Whoever loaded the stream meanwhile may have missed this change.
                events.outdated(StreamCell.this);
            }
            landed.accept(flight);
            flight.landed();
            if (before.tail() != flight.state().tail() || flight.state().closed()) {
                waiters.wakeAll();
            }
        }

        @Override
        public void failed(StreamsUnavailableException failure) {
            lost(flight);
            operation.fail(failure);
            flight.lost();
        }
    }

    private final class RemovalCallback implements StorageCallback<RemovalOutcome> {

        private final Flight flight;
        private final Operation<RemovalOutcome> operation;

        RemovalCallback(Flight flight, Operation<RemovalOutcome> operation) {
            this.flight = flight;
            this.operation = operation;
        }

        @Override
        public void done(RemovalOutcome outcome) {
            if (outcome instanceof RemovalOutcome.Retained retained) {
                synchronized (lock) {
                    flights.remove(flight);
                    removing = false;
                    pending = retained.state();
                    committed = retained.state();
                }
                events.changed(StreamCell.this, Change.DELETED);
                waiters.wakeAll();
            } else if (outcome instanceof RemovalOutcome.Removed removed) {
                lost(flight);
                events.removed(StreamCell.this, removed);
            } else {
                lost(flight);
            }
            operation.complete(outcome);
            flight.landed();
        }

        @Override
        public void failed(StreamsUnavailableException failure) {
            lost(flight);
            operation.fail(failure);
            flight.lost();
        }
    }
}
