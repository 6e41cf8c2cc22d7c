package dev.anabranch.storage;

import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks mutations against the store and the batch so far, and adds their writes to the batch. The writer's own. */
final class StreamTables {

    /*
     * The store shows what was written before this batch. What the batch adds is remembered here until it is written:
     * the states of streams, the names taken and freed, how many forks came and went. States and fork counts are kept
     * on after the batch, within bounds, because nobody else writes; they are forgotten when a batch fails.
     *
     * The number of a stream's forks is never stored. It is counted from the fork entries when it is first asked for.
     */

    private static final int REMEMBERED_MAX = 20_000;
    private static final int ANCESTORS_PER_REMOVAL_MAX = 200;
    private static final int POINT_DELETES_MAX = 64;

    private final OrderedStore store;
    private OrderedStore.@Nullable Batch batch;

    private final Map<Long, Optional<StreamState>> states = new LinkedHashMap<>(256, 0.75f, true);
    private final Map<Long, Integer> forkCounts = new LinkedHashMap<>(256, 0.75f, true);
    private long nextId = -1;

    // Of this batch only.
    private final Map<String, Long> namesTaken = new HashMap<>();
    private final Set<String> namesFreed = new HashSet<>();
    private final Map<Long, StoredStream> streamsAdded = new HashMap<>();
    private final Map<Long, Integer> forksAdded = new HashMap<>();
    private final Set<Long> streamsWritten = new HashSet<>();

    StreamTables(OrderedStore store) {
        this.store = store;
    }

    void begin(OrderedStore.Batch batch) {
        this.batch = batch;
    }

    /** The batch is written. */
    void end() {
        clearBatch();
        trim(states);
        trim(forkCounts);
    }

    /** The batch was not written. */
    void forget() {
        clearBatch();
        states.clear();
        forkCounts.clear();
        nextId = -1;
    }

    CreationOutcome create(StreamCreation creation) {
        if (isTaken(creation)) {
            return new CreationOutcome.NameTaken();
        }
        if (creation.origin().isPresent() && !isForkable(creation.origin().get())) {
            return new CreationOutcome.SourceUnavailable();
        }
        long id = takeId();
        StoredStream stream = new StoredStream(
                id, creation.name(), creation.contentType(), creation.expiry(), creation.origin(), creation.state());
        batch().put(Keys.name(stream.name()), Codec.number(id));
        batch().put(Keys.identity(id), Codec.identity(stream));
        putState(id, stream.state());
        for (StoredRecord record : creation.records()) {
            batch().put(Keys.record(id, record.position()), record.content().toByteArray());
        }
        if (stream.origin().isPresent()) {
            long sourceId = stream.origin().get().sourceId();
            batch().put(Keys.fork(sourceId, id), new byte[0]);
            countFork(sourceId, 1);
        }
        if (stream.state().due() != 0) {
            batch().put(Keys.due(stream.state().due(), id), new byte[0]);
        }
        if (stream.expiry() instanceof Expiry.At at) {
            batch().put(Keys.expiring(at.time(), id), new byte[0]);
        }
        namesTaken.put(stream.name().value(), id);
        namesFreed.remove(stream.name().value());
        streamsAdded.put(id, stream);
        return new CreationOutcome.Created(stream);
    }

    ChangeOutcome change(StreamChange change) {
        long id = change.streamId();
        Optional<StreamState> before = state(id);
        if (before.isEmpty()
                || before.get().deleted()
                || before.get().version() != change.state().version() - 1) {
            return ChangeOutcome.OUTDATED;
        }
        for (StoredRecord record : change.records()) {
            batch().put(Keys.record(id, record.position()), record.content().toByteArray());
        }
        if (change.producer().isPresent()) {
            Producer producer = change.producer().get();
            batch().put(Keys.producer(id, producer.id()), Codec.producer(producer));
        }
        moveDue(id, before.get().due(), change.state().due());
        putState(id, change.state());
        return ChangeOutcome.CHANGED;
    }

    RemovalOutcome remove(long id) {
        Optional<StreamState> state = state(id);
        if (state.isEmpty()) {
            return new RemovalOutcome.Absent();
        }
        if (state.get().deleted()) {
            return new RemovalOutcome.AlreadyDeleted();
        }
        if (forkCount(id) > 0) {
            StreamState deleted = state.get().asDeleted();
            StoredStream stream = stream(id, deleted);
            moveDue(id, state.get().due(), 0);
            if (stream.expiry() instanceof Expiry.At at) {
                batch().delete(Keys.expiring(at.time(), id));
            }
            putState(id, deleted);
            return new RemovalOutcome.Retained(deleted);
        }
        List<StoredStream> removed = new ArrayList<>();
        boolean more = removeWithAncestors(stream(id, state.get()), removed);
        return new RemovalOutcome.Removed(removed, more);
    }

    RemovalOutcome collect() {
        List<StoredStream> removed = new ArrayList<>();
        boolean more = false;
        for (byte[] key : store.keys(Keys.first('c'), Keys.first('d'), 1)) {
            batch().delete(key);
            long id = Keys.lastNumber(key);
            Optional<StreamState> state = state(id);
            if (state.isPresent() && state.get().deleted() && forkCount(id) == 0) {
                removeWithAncestors(stream(id, state.get()), removed);
            }
            more = true;
        }
        return new RemovalOutcome.Removed(removed, more);
    }

    void recordAccess(Map<Long, Long> accessed) {
        accessed.forEach((id, time) -> {
            if (state(id).isPresent()) {
                batch().put(Keys.accessed(id), Codec.number(time));
            }
        });
    }

    Payload writeNote(String key, Payload note) {
        batch().put(Keys.note(key), note.toByteArray());
        return note;
    }

    /** Removes a stream and the deleted ancestors that only it kept; true if it stopped before the last of these. */
    private boolean removeWithAncestors(StoredStream first, List<StoredStream> removed) {
        StoredStream next = first;
        while (true) {
            drop(next);
            removed.add(next);
            if (next.origin().isEmpty()) {
                return false;
            }
            long sourceId = next.origin().get().sourceId();
            Optional<StreamState> source = state(sourceId);
            if (source.isEmpty() || !source.get().deleted() || forkCount(sourceId) > 0) {
                return false;
            }
            if (removed.size() >= ANCESTORS_PER_REMOVAL_MAX) {
                batch().put(Keys.collectable(sourceId), new byte[0]);
                return true;
            }
            next = stream(sourceId, source.get());
        }
    }

    private void drop(StoredStream stream) {
        long id = stream.id();
        dropAll(id, Keys.record(id, 0), Keys.recordsEnd(id));
        if (stream.state().producers() > 0) {
            dropAll(id, Keys.producers(id), Keys.producersEnd(id));
        }
        batch().delete(Keys.name(stream.name()));
        batch().delete(Keys.identity(id));
        batch().delete(Keys.state(id));
        batch().delete(Keys.accessed(id));
        if (stream.state().due() != 0) {
            batch().delete(Keys.due(stream.state().due(), id));
        }
        if (stream.expiry() instanceof Expiry.At at) {
            batch().delete(Keys.expiring(at.time(), id));
        }
        if (stream.origin().isPresent()) {
            long sourceId = stream.origin().get().sourceId();
            batch().delete(Keys.fork(sourceId, id));
            countFork(sourceId, -1);
        }
        states.put(id, Optional.empty());
        streamsAdded.remove(id);
        namesTaken.remove(stream.name().value());
        namesFreed.add(stream.name().value());
    }

    /** Few entries are deleted one by one: very many range deletions slow down reads until they are compacted. */
    private void dropAll(long id, byte[] from, byte[] to) {
        if (!streamsWritten.contains(id)) {
            List<byte[]> keys = store.keys(from, to, POINT_DELETES_MAX + 1);
            if (keys.size() <= POINT_DELETES_MAX) {
                keys.forEach(batch()::delete);
                return;
            }
        }
        batch().deleteRange(from, to);
    }

    private boolean isTaken(StreamCreation creation) {
        String name = creation.name().value();
        if (namesTaken.containsKey(name)) {
            return true;
        }
        return !namesFreed.contains(name) && store.get(Keys.name(creation.name())) != null;
    }

    private boolean isForkable(ForkOrigin origin) {
        Optional<StreamState> source = state(origin.sourceId());
        return source.isPresent() && !source.get().deleted() && source.get().tail() >= origin.position();
    }

    private long takeId() {
        if (nextId < 0) {
            byte[] stored = store.get(Keys.NEXT_ID);
            nextId = stored == null ? 1 : Codec.number(stored);
        }
        long id = nextId++;
        batch().put(Keys.NEXT_ID, Codec.number(nextId));
        return id;
    }

    private Optional<StreamState> state(long id) {
        Optional<StreamState> known = states.get(id);
        if (known != null) {
            return known;
        }
        byte[] stored = store.get(Keys.state(id));
        Optional<StreamState> state = stored == null ? Optional.empty() : Optional.of(Codec.state(stored));
        states.put(id, state);
        return state;
    }

    private void putState(long id, StreamState state) {
        batch().put(Keys.state(id), Codec.state(state));
        states.put(id, Optional.of(state));
        streamsWritten.add(id);
    }

    private StoredStream stream(long id, StreamState state) {
        StoredStream added = streamsAdded.get(id);
        if (added != null) {
            return added.withState(state);
        }
        byte[] identity = store.get(Keys.identity(id));
        if (identity == null) {
            throw new AssertionError("stream " + id + " has a state and no identity");
        }
        return Codec.stream(id, identity, state);
    }

    private void moveDue(long id, long before, long after) {
        if (before == after) {
            return;
        }
        if (before != 0) {
            batch().delete(Keys.due(before, id));
        }
        if (after != 0) {
            batch().put(Keys.due(after, id), new byte[0]);
        }
    }

    private int forkCount(long id) {
        Integer known = forkCounts.get(id);
        if (known != null) {
            return known;
        }
        int[] count = {forksAdded.getOrDefault(id, 0)};
        store.scan(Keys.forks(id), Keys.forksEnd(id), (key, value) -> {
            count[0]++;
            return true;
        });
        forkCounts.put(id, count[0]);
        return count[0];
    }

    private void countFork(long sourceId, int more) {
        forkCounts.computeIfPresent(sourceId, (id, count) -> count + more);
        forksAdded.merge(sourceId, more, Integer::sum);
    }

    private OrderedStore.Batch batch() {
        if (batch == null) {
            throw new AssertionError("a mutation outside of a batch");
        }
        return batch;
    }

    private void clearBatch() {
        batch = null;
        namesTaken.clear();
        namesFreed.clear();
        streamsAdded.clear();
        forksAdded.clear();
        streamsWritten.clear();
    }

    private static void trim(Map<Long, ?> remembered) {
        var oldest = remembered.keySet().iterator();
        for (int excess = remembered.size() - REMEMBERED_MAX; excess > 0; excess--) {
            oldest.next();
            oldest.remove();
        }
    }
}
