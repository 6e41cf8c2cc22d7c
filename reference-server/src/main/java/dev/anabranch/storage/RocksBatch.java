package dev.anabranch.storage;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Writes that belong together, and the ranges that they delete. */
final class RocksBatch implements OrderedStore.Batch {

    private final WriteBatch writes = new WriteBatch();
    private final List<RocksReclaim.Deleted> deleted = new ArrayList<>(0);

    WriteBatch writes() {
        return writes;
    }

    List<RocksReclaim.Deleted> deleted() {
        return deleted;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        change(() -> writes.put(key, value));
    }

    @Override
    public void delete(byte[] key) {
        change(() -> writes.delete(key));
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
        change(() -> writes.deleteRange(from, to));
        deleted.add(new RocksReclaim.Deleted(from, to));
    }

    @Override
    public boolean isEmpty() {
        return writes.count() == 0;
    }

    @Override
    public void close() {
        writes.close();
    }

    private interface Change {
        void make() throws RocksDBException;
    }

    private static void change(Change change) {
        try {
            change.make();
        } catch (RocksDBException outOfMemory) {
            throw new AssertionError("a batch in memory failed", outOfMemory);
        }
    }
}
