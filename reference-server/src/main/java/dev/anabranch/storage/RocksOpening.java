package dev.anabranch.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** How a database is opened, and why it may not be. */
final class RocksOpening {

    private RocksOpening() {}

    static RuntimeException unusable(Path folder, Throwable why) {
        if (why instanceof RocksDBException failed) {
            String reason = RocksFailures.describe(failed, folder);
            return new DataFolderException(folder, "data folder '" + folder + "' cannot be opened: " + reason, failed);
        }
        if (why instanceof IOException failed) {
            return new DataFolderException(folder, "data folder '" + folder + "' cannot be used: " + failed, failed);
        }
        if (why instanceof Error error) {
            throw error;
        }
        return (RuntimeException) why;
    }

    /** Looks at what is there without changing it: opening for writing drops what follows a damage. */
    static void requireAllThatWasSynced(Path folder, SyncedMark mark, RocksSettings settings, Path path)
            throws IOException, RocksDBException {
        OptionalLong synced = mark.get();
        if (synced.isEmpty()) {
            return;
        }
        long last;
        try (RocksDB database = RocksDB.openReadOnly(settings.options(false), path.toString())) {
            last = database.getLatestSequenceNumber();
        }
        if (last < synced.getAsLong()) {
            throw new DataFolderException(
                    folder,
                    "data folder '" + folder + "' has lost what was acknowledged: its log ends at entry " + last
                            + ", and entries up to " + synced.getAsLong() + " were on disk. "
                            + DataFolder.newestLog(folder) + " is damaged or cut off, or the disk forgets what it has"
                            + " synced. Restore the folder from a backup; or, to go on with what is left, delete '"
                            + SyncedMark.FILE + "' in it.",
                    null);
        }
    }

    /** Opens the database, on a full disk too. */
    static RocksDB open(RocksSettings settings, DataFolder folder, Reserve reserve) throws RocksDBException {
        String path = folder.database().toString();
        try {
            return RocksDB.open(settings.options(folder.hasRoom(settings.plenty())), path);
        } catch (RocksDBException failed) {
            requireFull(failed);
        }
        try {
            // No room to write out what is in the log: it stays there, and in memory, until there is.
            return RocksDB.open(settings.withoutFlush(), path);
        } catch (RocksDBException failed) {
            requireFull(failed);
        }
        reserve.giveUp();
        return RocksDB.open(settings.forRemovals(), path);
    }

    private static void requireFull(RocksDBException failed) throws RocksDBException {
        if (!RocksFailures.isFull(failed)) {
            throw failed;
        }
    }
}
