package dev.anabranch.storage;

import dev.anabranch.stream.InvalidRequestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** An {@link OrderedStore} in memory. */
final class MemoryStore implements OrderedStore {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by lock: a batch becomes visible whole.
    private final NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public byte @Nullable [] get(byte[] key) {
        lock.readLock().lock();
        try {
            return entries.get(key);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void scan(byte[] from, byte[] to, Visitor visitor) {
        lock.readLock().lock();
        try {
            for (Map.Entry<byte[], byte[]> entry :
                    entries.subMap(from, true, to, false).entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<byte[]> keys(byte[] from, byte[] to, int limit) {
        List<byte[]> keys = new ArrayList<>();
        scan(from, to, (key, value) -> {
            if (keys.size() < limit) {
                keys.add(key);
            }
            return keys.size() < limit;
        });
        return keys;
    }

    @Override
    public Optional<Map.Entry<byte[], byte[]>> last(byte[] from, byte[] to) {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(entries.subMap(from, true, to, false).lastEntry());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Batch batch() {
        return new MemoryBatch();
    }

    /** A copy that outlives the batch. */
    Batch copyOf(Batch batch) {
        MemoryBatch copy = new MemoryBatch();
        copy.writes.addAll(((MemoryBatch) batch).writes);
        return copy;
    }

    @Override
    public void write(Batch batch, boolean sync) {
        lock.writeLock().lock();
        try {
            ((MemoryBatch) batch).writes.forEach(Runnable::run);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public boolean isDamaged() {
        return false;
    }

    @Override
    public boolean recoverForRemovals() {
        return false; // never full
    }

    @Override
    public boolean recover() {
        return true;
    }

    @Override
    public void checkpoint(Path folder) {
        throw new InvalidRequestException("a storage in memory has no files to copy");
    }

    @Override
    public void purge() {
        // What was deleted is gone already.
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            entries.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private final class MemoryBatch implements Batch {

        private final List<Runnable> writes = new ArrayList<>();

        @Override
        public void put(byte[] key, byte[] value) {
            writes.add(() -> entries.put(key, value));
        }

        @Override
        public void delete(byte[] key) {
            writes.add(() -> entries.remove(key));
        }

        @Override
        public void deleteRange(byte[] from, byte[] to) {
            writes.add(() -> entries.subMap(from, true, to, false).clear());
        }

        @Override
        public boolean isEmpty() {
            return writes.isEmpty();
        }

        @Override
        public void close() {
            writes.clear();
        }
    }
}
