package dev.anabranch.server.backup;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.DurableStreamsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups of a store in one folder, each a data folder of its own, named for its time. Safe for use by many threads.
 */
final class Backups {

    /*
     * A backup is written under another name and renamed when all of it is on disk: what has the name of a backup is
     * one. What a crash left behind is removed at the next start.
     */

    private static final Logger log = LoggerFactory.getLogger(Backups.class);
    private static final String UNFINISHED = ".unfinished-";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH-mm-ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final StreamEngine engine;
    private final Path folder;
    private final InstantSource clock;
    private final ReentrantLock underWay = new ReentrantLock();

    /** A backup that is on disk. */
    record Backup(String name, Instant createdAt, long bytes) {}

    private Backups(StreamEngine engine, Path folder, InstantSource clock) {
        this.engine = engine;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Makes the folder if it is not there, and removes what is unfinished in it.
     *
     * @throws IllegalArgumentException if the folder cannot be used
     */
    static Backups open(StreamEngine engine, Path folder, InstantSource clock) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> found = Files.list(folder)) {
                for (Path left : found.filter(Backups::isUnfinished).toList()) {
                    remove(left);
                }
            }
            return new Backups(engine, folder, clock);
        } catch (IOException | UncheckedIOException unusable) {
            throw new IllegalArgumentException("backup folder '" + folder + "' cannot be used: " + unusable, unusable);
        }
    }

    /**
     * Writes a backup. It has every append that was acknowledged before the call, and is on disk on return.
     *
     * @throws ProblemException if another one is under way, or it could not be written; nothing of it is left then
     */
    Backup make() {
        if (!underWay.tryLock()) {
            throw new ProblemException(Problem.conflict("a backup is being written already"));
        }
        try {
            Instant now = clock.instant();
            String name = NAME.format(now);
            Path unfinished = folder.resolve(UNFINISHED + name);
            try {
                return make(unfinished, name, now);
            } catch (IOException | UncheckedIOException | DurableStreamsException failed) {
                log.error("backup {} was not written", name, failed);
                removeQuietly(unfinished);
                throw new ProblemException(problem(failed));
            }
        } finally {
            underWay.unlock();
        }
    }

    private Backup make(Path unfinished, String name, Instant now) throws IOException {
        Path finished = folder.resolve(name);
        if (Files.exists(finished)) {
            throw new FileAlreadyExistsException(finished.toString());
        }
        engine.checkpoint(unfinished);
        long bytes = bytes(unfinished);
        sync(unfinished);
        Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
        return new Backup(name, now, bytes);
    }

    private static Problem problem(Exception failed) {
        boolean isFull = String.valueOf(failed.getMessage()).contains("No space left");
        return isFull
                ? Problem.of(507, "storage_full", "there is no room for the backup")
                : Problem.of(503, "unavailable", "the backup could not be written; the server's log says why");
    }

    private static boolean isUnfinished(Path path) {
        return path.getFileName().toString().startsWith(UNFINISHED);
    }

    private static long bytes(Path backup) throws IOException {
        try (Stream<Path> files = Files.walk(backup)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Makes the names in a folder durable. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void removeQuietly(Path unfinished) {
        try {
            remove(unfinished);
        } catch (IOException | UncheckedIOException atTheNextStart) {
            log.warn("what there is of a backup could not be removed", atTheNextStart);
        }
    }

    private static void remove(Path left) throws IOException {
        if (!Files.exists(left)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(left)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
