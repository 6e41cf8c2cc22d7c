package dev.anabranch.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** How a database is opened, and why it may not be. */
final class RocksOpening {

    private RocksOpening() {}

    static RuntimeException unusable(Path folder, Throwable why) {
        if (why instanceof RocksDBException failed) {
            String reason =
                    RocksFailures.describe(failed, folder) + damagedTable(failed, DataFolder.databaseIn(folder));
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

    /** RocksDB does not always say which table it was that did not agree with itself. */
    private static String damagedTable(RocksDBException failed, Path database) {
        if (!RocksFailures.isDamage(failed)
                || String.valueOf(failed.getMessage()).contains(".sst")) {
            return "";
        }
        try (Stream<Path> files = Files.list(database)) {
            return files.filter(file -> file.toString().endsWith(".sst") && !isWhole(file))
                    .map(file -> " The damage is in " + database.getFileName() + "/" + file.getFileName() + ".")
                    .collect(Collectors.joining());
        } catch (IOException | UncheckedIOException unreadable) {
            return "";
        }
    }

    private static boolean isWhole(Path table) {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            reader.verifyChecksum();
            return true;
        } catch (RocksDBException damaged) {
            return false;
        }
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
