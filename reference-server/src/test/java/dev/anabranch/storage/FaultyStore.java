package dev.anabranch.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in memory that outlives its closing, as a disk does, and whose writes fail when it is told to. */
public final class FaultyStore implements OrderedStore {

    /** How a write fails. */
    public enum Fault {
        /** Nothing of it is found later. */
        LOST,
        /** It is found after the store is opened anew. */
        WRITTEN,
        /** There was no room, and nothing is found later. */
        FULL
    }

    private final MemoryStore disk = new MemoryStore();
    private volatile int writesBeforeFault = Integer.MAX_VALUE;
    private volatile Fault fault = Fault.LOST;
    private volatile boolean hasRoom = true;
    private volatile boolean hasReserve;
    private final AtomicInteger writes = new AtomicInteger();
    private OrderedStore.@Nullable Batch found; // the writer's own

    /** A storage on this disk; to be closed before the next is opened. */
    public StreamStorage open() {
        if (found != null) {
            disk.write(found, true);
            found = null;
        }
        writesBeforeFault = Integer.MAX_VALUE;
        return OrderedStreamStorage.open(this, StreamStorage.QUEUED_BYTES_DEFAULT);
    }

    /** Lets the write after so many more fail. */
    public void failAfter(int writesBefore, Fault how) {
        fault = how;
        hasRoom = how != Fault.FULL;
        writesBeforeFault = writes.get() + writesBefore;
    }

    /** Lets removals be written although there is no room. */
    public void keepReserve() {
        hasReserve = true;
    }

    public void makeRoom() {
        hasRoom = true;
    }

    /** Loses what lies at these positions of a stream, as a damaged disk does. */
    public void lose(long streamId, long position) {
        OrderedStore.Batch batch = disk.batch();
        batch.delete(Keys.record(streamId, position));
        disk.write(batch, true);
    }

    /** How many entries there are, apart from the store's own and notes. */
    public int entries() {
        return disk.keys(Keys.first('a'), Keys.first('n'), Integer.MAX_VALUE).size()
                + disk.keys(Keys.first('o'), Keys.first('z'), Integer.MAX_VALUE).size();
    }

    @Override
    public void write(Batch batch, boolean sync) throws StoreWriteException {
        if (writes.get() >= writesBeforeFault) {
            if (fault == Fault.WRITTEN) {
                found = copy(batch);
            }
            throw new StoreWriteException("planted fault", new IOException("planted"), fault == Fault.FULL);
        }
        writes.incrementAndGet();
        disk.write(batch, sync);
    }

    private Batch copy(Batch batch) {
        return disk.copyOf(batch);
    }

    @Override
    public boolean recover() {
        if (hasRoom) {
            writesBeforeFault = Integer.MAX_VALUE;
        }
        return hasRoom;
    }

    @Override
    public boolean recoverForRemovals() {
        if (hasReserve) {
            writesBeforeFault = Integer.MAX_VALUE;
        }
        return hasReserve;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return disk.get(key);
    }

    @Override
    public void scan(byte[] from, byte[] to, Visitor visitor) {
        disk.scan(from, to, visitor);
    }

    @Override
    public List<byte[]> keys(byte[] from, byte[] to, int limit) {
        return disk.keys(from, to, limit);
    }

    @Override
    public Optional<Map.Entry<byte[], byte[]>> last(byte[] from, byte[] to) {
        return disk.last(from, to);
    }

    @Override
    public Batch batch() {
        return disk.batch();
    }

    @Override
    public void checkpoint(Path folder) {
        disk.checkpoint(folder);
    }

    @Override
    public void purge() {
        disk.purge();
    }

    @Override
    public boolean isDamaged() {
        return disk.isDamaged();
    }

    @Override
    public long bytes() {
        return disk.bytes();
    }

    @Override
    public void close() {
        // What is on the disk stays there.
    }
}
