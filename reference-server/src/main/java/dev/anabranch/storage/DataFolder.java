package dev.anabranch.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that belongs to one process at a time. */
final class DataFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    private static final String LOCK = "anabranch.lock";
    private static final String DATABASE = "streams";

    private final Path folder;
    private final FileChannel channel;

    private DataFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Makes the folder if it is not there, and takes it. */
    static DataFolder take(Path folder) {
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = tryLock(channel);
            if (taken == null) {
                channel.close();
                throw new DataFolderException(folder, "data folder '" + folder + "' is in use already", null);
            }
            return new DataFolder(folder, channel);
        } catch (IOException unusable) {
            close(channel);
            throw new DataFolderException(folder, "data folder '" + folder + "' cannot be used: " + unusable, unusable);
        }
    }

    static Path databaseIn(Path folder) {
        return folder.resolve(DATABASE);
    }

    /** The name of the log that was written last. */
    static String newestLog(Path folder) {
        try (Stream<Path> files = Files.list(databaseIn(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .map(name -> DATABASE + "/" + name)
                    .orElse(DATABASE);
        } catch (IOException | UncheckedIOException unreadable) {
            log.debug("logs of {} not known", folder, unreadable);
            return DATABASE;
        }
    }

    /** Makes a folder into which a copy of the database can be put. */
    static void prepareCopy(Path folder) throws IOException {
        Files.createDirectories(folder);
    }

    Path database() {
        return databaseIn(folder);
    }

    /** Whether there is room for so many bytes now. */
    boolean hasRoom(long bytes) {
        try {
            return Files.getFileStore(folder).getUsableSpace() >= bytes;
        } catch (IOException unknown) {
            log.warn("free space of {} is not known", folder, unknown);
            return false;
        }
    }

    /** The size of the database's files. */
    long databaseBytes() {
        try (Stream<Path> files = Files.list(database())) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException changing) {
            // A file went away while the folder was read; the next look will do.
            log.debug("size of {} not known", folder, changing);
            return 0;
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException notClosed) {
            log.warn("the lock of a data folder was not released", notClosed);
        }
    }
}
