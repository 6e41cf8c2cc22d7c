package dev.anabranch.storage;

import dev.anabranch.stream.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteOptions;

/** An {@link OrderedStore} in RocksDB: one database, one column family. */
final class RocksStore implements OrderedStore {

    private final Path folder;
    private final RocksSettings settings;
    private final DataFolder lock;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();

    private final OpenDatabase open;
    private final RocksReclaim reclaim;
    private final SyncedMark mark;
    private final Reserve reserve; // the writer's own
    private boolean removing; // the writer's own; whether the database is open for removals on a full disk
    private boolean removed; // the writer's own; whether there was any since then

    private RocksStore(
            Path folder, RocksSettings settings, DataFolder lock, SyncedMark mark, Reserve reserve, RocksDB database) {
        this.folder = folder;
        this.settings = settings;
        this.lock = lock;
        this.mark = mark;
        this.reserve = reserve;
        this.open = new OpenDatabase(folder, database);
        this.reclaim = new RocksReclaim(work -> open.reading(current -> {
            work.on(current);
            return work;
        }));
    }

    static RocksStore open(Path folder, long blockCacheBytes) {
        DataFolder lock = DataFolder.take(folder);
        RocksSettings settings = RocksSettings.of(blockCacheBytes);
        SyncedMark mark = null;
        try {
            mark = SyncedMark.in(folder);
            RocksOpening.requireAllThatWasSynced(folder, mark, settings, lock.database());
            Reserve reserve = new Reserve(folder, lock::databaseBytes);
            RocksDB database = RocksOpening.open(settings, lock, reserve);
            if (lock.hasRoom(reserve.missing() + settings.roomToRecover())) {
                reserve.restore();
            }
            return new RocksStore(folder, settings, lock, mark, reserve, database);
        } catch (RocksDBException | IOException | RuntimeException | Error cannotOpen) {
            if (mark != null) {
                mark.close();
            }
            settings.close();
            lock.close();
            throw RocksOpening.unusable(folder, cannotOpen);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return open.reading(database -> database.get(key));
    }

    @Override
    public void scan(byte[] from, byte[] to, Visitor visitor) {
        iterate(from, to, iterator -> visitor.visit(iterator.key(), iterator.value()));
    }

    @Override
    public List<byte[]> keys(byte[] from, byte[] to, int limit) {
        List<byte[]> keys = new ArrayList<>();
        if (limit > 0) {
            iterate(from, to, iterator -> {
                keys.add(iterator.key());
                return keys.size() < limit;
            });
        }
        return keys;
    }

    @Override
    public Optional<Map.Entry<byte[], byte[]>> last(byte[] from, byte[] to) {
        return open.reading(database -> {
            try (Slice lower = new Slice(from);
                    Slice upper = new Slice(to);
                    ReadOptions options =
                            new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
                    RocksIterator iterator = database.newIterator(options)) {
                iterator.seekToLast();
                if (iterator.isValid()) {
                    return Optional.of(Map.entry(iterator.key(), iterator.value()));
                }
                iterator.status();
                return Optional.empty();
            }
        });
    }

    @Override
    public Batch batch() {
        return new RocksBatch();
    }

    @Override
    public void write(Batch batch, boolean sync) throws StoreWriteException {
        RocksBatch written = (RocksBatch) batch;
        open.writing(database -> {
            database.write(sync ? synced : unsynced, written.writes());
            if (sync) {
                mark.set(database.getLatestSequenceNumber());
            }
        });
        reserve.growWith(written.writes().getDataSize());
        reclaim.later(written.deleted());
        if (removing) {
            removed = true;
            reclaim.soon();
        }
    }

    @Override
    public boolean recover() {
        if (!lock.hasRoom(reserve.missing() + settings.roomToRecover())) {
            writeOutAgain();
            return false;
        }
        if (reopen(() -> RocksOpening.open(settings, lock, reserve))) {
            removing = false;
            reserve.restore();
            return true;
        }
        removing = removing && reopen(this::openForRemovals);
        return false;
    }

    @Override
    public boolean recoverForRemovals() {
        reserve.giveUp();
        removing = lock.hasRoom(settings.roomToRemove()) && reopen(this::openForRemovals);
        return removing;
    }

    /**
     * What was removed while the log was being written out did not make that any smaller, and if it failed nothing more
     * is written out. Opened anew, the store has the log without what was removed.
     */
    private void writeOutAgain() {
        if (removing && removed && reclaim.foundNoRoom()) {
            removed = false;
            removing = reopen(this::openForRemovals);
            reclaim.soon();
        }
    }

    private RocksDB openForRemovals() throws RocksDBException {
        return RocksDB.open(settings.forRemovals(), lock.database().toString());
    }

    /**
     * A batch that found no room may have left half a record in the log. Opening anew drops it and starts a new log.
     */
    private boolean reopen(OpenDatabase.Opening opening) {
        reclaim.interrupt();
        return open.reopen(
                opening,
                () -> RocksDB.openReadOnly(
                        settings.options(false), lock.database().toString()));
    }

    @Override
    public void checkpoint(Path target) {
        if (Files.exists(target)) {
            throw new InvalidRequestException("folder '" + target + "' exists already");
        }
        open.reading(database -> {
            try (Checkpoint checkpoint = Checkpoint.create(database)) {
                DataFolder.prepareCopy(target);
                checkpoint.createCheckpoint(DataFolder.databaseIn(target).toString());
                return target;
            } catch (IOException unusable) {
                throw new InvalidRequestException("folder '" + target + "' cannot be made", unusable);
            }
        });
    }

    @Override
    public void purge() {
        open.reading(database -> {
            flush(database);
            try (CompactRangeOptions everything = new CompactRangeOptions()
                    .setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized)
                    .setExclusiveManualCompaction(true)) {
                database.compactRange(database.getDefaultColumnFamily(), null, null, everything);
            }
            awaitFileDeletion(database);
            return folder;
        });
    }

    /** Files that are not needed any more are removed in the background; this waits for it. */
    static void awaitFileDeletion(RocksDB database) throws RocksDBException {
        database.disableFileDeletions();
        database.enableFileDeletions();
    }

    @Override
    public boolean isDamaged() {
        return open.isDamaged();
    }

    @Override
    public long bytes() {
        return lock.databaseBytes();
    }

    /** Lets {@code done} run when the space of all that was deleted so far is given back. */
    void whenReclaimed(Runnable done) {
        reclaim.whenDone(done);
    }

    @Override
    public void close() {
        reclaim.close();
        if (open.close()) {
            synced.close();
            unsynced.close();
            settings.close();
            mark.close();
            lock.close();
        }
    }

    static void flush(RocksDB database) throws RocksDBException {
        try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true)) {
            database.flush(waiting);
        }
    }

    private void iterate(byte[] from, byte[] to, Step step) {
        open.reading(database -> {
            try (Slice upper = new Slice(to);
                    ReadOptions options = new ReadOptions().setIterateUpperBound(upper);
                    RocksIterator iterator = database.newIterator(options)) {
                iterator.seek(from);
                while (iterator.isValid() && step.wantsMore(iterator)) {
                    iterator.next();
                }
                iterator.status();
                return step;
            }
        });
    }

    private interface Step {
        boolean wantsMore(RocksIterator iterator);
    }
}
