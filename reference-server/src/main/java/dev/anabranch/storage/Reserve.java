package dev.anabranch.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that is kept for the time when there is none: not even a deletion can be written then, and deleting
 * is how its users make room. For use by one thread.
 */
final class Reserve {

    /*
     * A file beside the database, half as large as that, up to what one write buffer takes: for the log's room to come
     * back after a deletion, what is left of it must be written out.
     */

    static final String FILE = "anabranch.reserve";

    private static final Logger log = LoggerFactory.getLogger(Reserve.class);
    private static final int STEP_BYTES = 1 << 20;
    private static final int STEPS_MAX = 64;

    private final Path file;
    private final LongSupplier stored;
    private long writtenSinceFilled;
    private int steps;
    private boolean noRoom;

    /**
     * Keeps what was kept before.
     *
     * @param stored tells how many bytes the database has
     */
    Reserve(Path folder, LongSupplier stored) {
        this.file = folder.resolve(FILE);
        this.stored = stored;
        this.steps = (int) (size(file) / STEP_BYTES);
    }

    /** Keeps in proportion to the database, to which so many bytes were added. Never fails, but may lag behind. */
    void growWith(long written) {
        writtenSinceFilled += written;
        if (writtenSinceFilled >= STEP_BYTES) {
            fill();
        }
    }

    /** How many bytes it lacks. */
    long missing() {
        return Math.max(0L, stepsWanted() - steps) * STEP_BYTES;
    }

    /** Keeps as much as it should, if there is room. */
    void restore() {
        noRoom = false;
        fill();
    }

    /** Lets others have the room. */
    void giveUp() {
        noRoom = true;
        steps = 0;
        try {
            Files.deleteIfExists(file);
        } catch (IOException kept) {
            log.warn("the reserve {} cannot be given up", file, kept);
        }
    }

    private int stepsWanted() {
        return (int) Math.max(1, Math.min(STEPS_MAX, stored.getAsLong() / 2 / STEP_BYTES));
    }

    private void fill() {
        writtenSinceFilled = 0;
        int wanted = noRoom || steps == STEPS_MAX ? steps : stepsWanted();
        if (steps >= wanted) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            fill(channel, wanted);
        } catch (IOException cannotBeOpened) {
            noRoom = true;
            log.warn("no room is kept for deletions on a full disk", cannotBeOpened);
        }
    }

    private void fill(FileChannel channel, int wanted) throws IOException {
        try {
            while (steps < wanted) {
                ByteBuffer step = Content.STEP.duplicate();
                for (long at = (long) steps * STEP_BYTES; step.hasRemaining(); ) {
                    at += channel.write(step, at);
                }
                steps++;
            }
        } catch (IOException full) {
            // The store will find out by itself, and must not lack what was taken here in vain.
            noRoom = true;
            channel.truncate((long) steps * STEP_BYTES);
            log.debug("the reserve does not grow", full);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException missing) {
            return 0;
        }
    }

    /** What no file system can keep in less room. */
    private static final class Content {

        private static final ByteBuffer STEP = random();

        private static ByteBuffer random() {
            byte[] bytes = new byte[STEP_BYTES];
            new SplittableRandom(4437).nextBytes(bytes);
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        }
    }
}
