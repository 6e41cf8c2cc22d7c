package dev.anabranch.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the store was known to be on disk, kept in a file beside it. A log that is cut off, or damaged at its end,
 * looks like one that was never longer; this tells. For use by one thread.
 */
final class SyncedMark implements AutoCloseable {

    /*
     * Written after each sync, and not synced itself: after a power cut it may be older than the log, and then tells
     * less, but it is never ahead of what the disk has reported. Whoever finds less than it says has lost something
     * that was acknowledged.
     */

    static final String FILE = "anabranch.synced";

    private static final Logger log = LoggerFactory.getLogger(SyncedMark.class);
    private static final int BYTES = 2 * Long.BYTES;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private boolean failed;

    private SyncedMark(FileChannel channel) {
        this.channel = channel;
    }

    static SyncedMark in(Path folder) throws IOException {
        return new SyncedMark(FileChannel.open(
                folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** The last number set, or empty if there is none, or it is only half there. */
    OptionalLong get() throws IOException {
        buffer.clear();
        boolean isWhole = channel.read(buffer, 0) == BYTES;
        return isWhole && buffer.getLong(0) == ~buffer.getLong(Long.BYTES)
                ? OptionalLong.of(buffer.getLong(0))
                : OptionalLong.empty();
    }

    /** Never fails: what it is about is on disk already. */
    void set(long number) {
        buffer.clear();
        buffer.putLong(number).putLong(~number).flip();
        try {
            channel.write(buffer, 0);
        } catch (IOException onlyALossWouldMissIt) {
            if (!failed) {
                failed = true;
                log.warn("how far the store is on disk cannot be noted in {}", FILE, onlyALossWouldMissIt);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException notClosed) {
            log.warn("{} was not closed", FILE, notClosed);
        }
    }
}
