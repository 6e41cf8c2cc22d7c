package dev.anabranch.storage;

import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A {@link StreamStorage} on an {@link OrderedStore}. */
final class OrderedStreamStorage implements StreamStorage {

    private static final int BYTES_PER_MUTATION = 256;

    private final OrderedStore store;
    private final CommitQueue queue;

    private OrderedStreamStorage(OrderedStore store, long queuedBytesMax) {
        this.store = store;
        this.queue = new CommitQueue(store, new StreamTables(store), queuedBytesMax);
    }

    /** Takes over {@code store}, which it closes when it is closed. */
    static OrderedStreamStorage open(OrderedStore store, long queuedBytesMax) {
        return new OrderedStreamStorage(store, queuedBytesMax);
    }

    @Override
    public Optional<StoredStream> find(StreamName name) {
        byte[] id = store.get(Keys.name(name));
        return id == null ? Optional.empty() : stream(Codec.number(id));
    }

    @Override
    public Optional<StoredStream> stream(long streamId) {
        byte[] identity = store.get(Keys.identity(streamId));
        byte[] state = store.get(Keys.state(streamId));
        if (identity == null || state == null) {
            return Optional.empty();
        }
        StreamState current = Codec.state(state);
        byte[] accessed = store.get(Keys.accessed(streamId));
        if (accessed != null) {
            current = current.withAccessed(Math.max(current.accessed(), Codec.number(accessed)));
        }
        return Optional.of(Codec.stream(streamId, identity, current));
    }

    @Override
    public Optional<Producer> producer(long streamId, String producerId) {
        byte[] stored = store.get(Keys.producer(streamId, producerId));
        return stored == null ? Optional.empty() : Optional.of(Codec.producer(producerId, stored));
    }

    @Override
    public List<StoredRecord> read(long streamId, long from, long to, int bytesMax) {
        List<StoredRecord> records = new ArrayList<>();
        long[] bytes = {0};
        store.scan(Keys.record(streamId, from), Keys.record(streamId, to), (key, value) -> {
            records.add(new StoredRecord(Keys.lastNumber(key), Payload.wrap(value)));
            bytes[0] += value.length;
            return bytes[0] < bytesMax;
        });
        return records;
    }

    @Override
    public Optional<StoredRecord> lastBefore(long streamId, long before) {
        return store.last(Keys.record(streamId, 0), Keys.record(streamId, before))
                .map(last -> new StoredRecord(Keys.lastNumber(last.getKey()), Payload.wrap(last.getValue())));
    }

    @Override
    public boolean hasForks(long streamId) {
        return !store.keys(Keys.forks(streamId), Keys.forksEnd(streamId), 1).isEmpty();
    }

    @Override
    public List<StoredStream> list(String prefix, Optional<StreamName> after, int limit) {
        byte[] from = Keys.names(prefix);
        byte[] to = Keys.after(from);
        if (after.isPresent()) {
            byte[] next = Keys.next(Keys.name(after.get()));
            from = Arrays.compareUnsigned(next, from) > 0 ? next : from;
        }
        List<Long> ids = new ArrayList<>();
        if (limit > 0 && Arrays.compareUnsigned(from, to) < 0) {
            store.scan(from, to, (key, value) -> {
                ids.add(Codec.number(value));
                return ids.size() < limit;
            });
        }
        return streams(ids);
    }

    @Override
    public List<StoredStream> due(long due, Instant time, int limit) {
        List<Long> ids = new ArrayList<>();
        store.keys(Keys.first('e'), Keys.due(due + 1, 0), limit).forEach(key -> ids.add(Keys.lastNumber(key)));
        store.keys(Keys.first('w'), Keys.expiring(time.plusSeconds(1), 0), limit)
                .forEach(key -> ids.add(Keys.lastNumber(key)));
        return streams(ids);
    }

    @Override
    public void create(StreamCreation creation, StorageCallback<CreationOutcome> callback) {
        submit(bytes(creation.records()), true, tables -> tables.create(creation), callback);
    }

    @Override
    public void change(StreamChange change, StorageCallback<ChangeOutcome> callback) {
        submit(bytes(change.records()), true, tables -> tables.change(change), callback);
    }

    @Override
    public void remove(long streamId, StorageCallback<RemovalOutcome> callback) {
        queue.submit(Mutation.removal(BYTES_PER_MUTATION, tables -> tables.remove(streamId), callback));
    }

    @Override
    public void collect(StorageCallback<RemovalOutcome> callback) {
        queue.submit(Mutation.removal(BYTES_PER_MUTATION, StreamTables::collect, callback));
    }

    @Override
    public void recordAccess(Map<Long, Long> accessed) {
        Map<Long, Long> copy = Map.copyOf(accessed);
        submit(
                32L * copy.size(),
                false,
                tables -> {
                    tables.recordAccess(copy);
                    return copy;
                },
                new StorageCallback<>() {
                    @Override
                    public void done(Map<Long, Long> written) {
                        // Nobody waits for it.
                    }

                    @Override
                    public void failed(StreamsUnavailableException failure) {
                        // Best effort; the failure itself is logged where it happened.
                    }
                });
    }

    @Override
    public Optional<Payload> note(String key) {
        return Optional.ofNullable(store.get(Keys.note(key))).map(Payload::wrap);
    }

    @Override
    public void writeNote(String key, Payload note, StorageCallback<Payload> callback) {
        submit(note.size(), true, tables -> tables.writeNote(key, note), callback);
    }

    @Override
    public void onRecovery(Runnable recovered) {
        queue.onRecovery(recovered);
    }

    @Override
    public void checkpoint(Path folder) {
        store.checkpoint(folder);
    }

    @Override
    public void purge() {
        store.purge();
    }

    @Override
    public boolean isDamaged() {
        return store.isDamaged();
    }

    @Override
    public StorageStats stats() {
        return new StorageStats(queue.syncs(), store.bytes());
    }

    @Override
    public void close() {
        queue.close();
        store.close();
    }

    private <T> void submit(long bytes, boolean synced, Function<StreamTables, T> body, StorageCallback<T> callback) {
        queue.submit(Mutation.of(bytes + BYTES_PER_MUTATION, synced, body, callback));
    }

    private List<StoredStream> streams(List<Long> ids) {
        return ids.stream().map(this::stream).flatMap(Optional::stream).toList();
    }

    private static long bytes(List<StoredRecord> records) {
        long bytes = 0;
        for (StoredRecord record : records) {
            bytes += record.content().size() + 32L;
        }
        return bytes;
    }
}
