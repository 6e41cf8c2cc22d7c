package dev.anabranch.storage;

import dev.anabranch.stream.StreamsUnavailableException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space of large deleted ranges back, one after the other on a thread of its own. RocksDB by itself does so
 * only when it happens to compact there, which for what nobody writes to may be never.
 */
final class RocksReclaim implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RocksReclaim.class);

    /** What lies in one write buffer comes back with it; less than this is not worth writing files anew. */
    private static final long WORTHWHILE_BYTES = 4L << 20;

    private final Access access;
    private final Object lock = new Object();
    private final AtomicBoolean isFlushWanted = new AtomicBoolean();
    private volatile boolean noRoom;
    private @Nullable CompactRangeOptions compaction; // guarded by lock; the one under way
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "anabranch-reclaim");
        made.setDaemon(true);
        return made;
    });

    RocksReclaim(Access access) {
        this.access = access;
    }

    /** Lends the database out for the time of some work. */
    interface Access {
        void with(Work work);
    }

    /** Work on a database that is open while it lasts. */
    interface Work {
        void on(RocksDB database) throws RocksDBException;
    }

    /** The keys from {@code from} up to and without {@code to}, which are deleted. */
    static final class Deleted {

        private final byte[] from;
        private final byte[] to;

        Deleted(byte[] from, byte[] to) {
            this.from = from;
            this.to = to;
        }
    }

    /** Gives the space of {@code ranges} back, later. Their deletion must be on disk. */
    void later(List<Deleted> ranges) {
        try {
            ranges.forEach(range -> thread.execute(() -> reclaim(range)));
        } catch (RejectedExecutionException closing) {
            log.debug("the space of what was deleted last is left to a later compaction");
        }
    }

    /** Writes out what is in the log, however little was deleted, so that the log can go. */
    void soon() {
        if (isFlushWanted.compareAndSet(false, true)) {
            thread.execute(this::flush);
        }
    }

    /** Whether there was no room to write anything out since the database was opened. */
    boolean foundNoRoom() {
        return noRoom;
    }

    /** Lets {@code done} run when the space of all ranges so far is given back. */
    void whenDone(Runnable done) {
        thread.execute(done);
    }

    /** Ends a compaction that is under way, for the database is opened anew: whoever does that would have to wait. */
    void interrupt() {
        noRoom = false;
        synchronized (lock) {
            if (compaction != null) {
                compaction.setCanceled(true);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        interrupt();
    }

    private void reclaim(Deleted range) {
        try {
            access.with(database -> reclaim(database, range));
        } catch (StreamsUnavailableException interrupted) {
            log.debug("the space of a deleted stream is left to a later compaction", interrupted);
        }
    }

    private void reclaim(RocksDB database, Deleted range) throws RocksDBException {
        try {
            if (bytes(database, range) >= WORTHWHILE_BYTES) {
                compact(database, range);
            }
        } catch (RocksDBException failed) {
            if (!RocksFailures.isFull(failed)) {
                throw failed;
            }
            foundNoRoom(failed);
        }
    }

    private void foundNoRoom(RocksDBException failed) {
        noRoom = true;
        log.info("there is no room yet to write out what is left: {}", failed.getMessage());
    }

    private void flush() {
        isFlushWanted.set(false);
        try {
            access.with(this::flush);
        } catch (StreamsUnavailableException interrupted) {
            log.debug("the room of the log is left to a later flush", interrupted);
        }
    }

    private void flush(RocksDB database) {
        try {
            RocksStore.flush(database);
        } catch (RocksDBException failed) {
            foundNoRoom(failed);
        }
    }

    private void underWay(@Nullable CompactRangeOptions now) {
        synchronized (lock) {
            compaction = now;
        }
    }

    private static long bytes(RocksDB database, Deleted range) {
        try (Slice from = new Slice(range.from);
                Slice to = new Slice(range.to)) {
            return database.getApproximateSizes(
                            List.of(new Range(from, to)),
                            SizeApproximationFlag.INCLUDE_FILES,
                            SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
        }
    }

    private void compact(RocksDB database, Deleted range) throws RocksDBException {
        // Files that hold nothing else go at once; those at the edges are written anew.
        database.deleteFilesInRanges(database.getDefaultColumnFamily(), List.of(range.from, range.to), false);
        try (CompactRangeOptions alongside = new CompactRangeOptions().setExclusiveManualCompaction(false)) {
            underWay(alongside);
            try {
                database.compactRange(database.getDefaultColumnFamily(), range.from, range.to, alongside);
            } finally {
                underWay(null);
            }
        }
        RocksStore.awaitFileDeletion(database);
    }
}
