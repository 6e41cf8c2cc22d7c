package dev.anabranch.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes by key, in the order of the unsigned bytes of the keys: all that {@link OrderedStreamStorage} asks of a store.
 * Reads may come from many threads; writes come from one. Reads throw
 * {@link dev.anabranch.stream.StreamsUnavailableException} when the store fails.
 */
interface OrderedStore extends AutoCloseable {

    byte @Nullable [] get(byte[] key);

    /** Shows the entries from {@code from} up to and without {@code to}, in order, until the visitor has enough. */
    void scan(byte[] from, byte[] to, Visitor visitor);

    /** The keys from {@code from} up to and without {@code to}, in order, as many as {@code limit}. */
    List<byte[]> keys(byte[] from, byte[] to, int limit);

    /** The last entry from {@code from} up to and without {@code to}. */
    Optional<Map.Entry<byte[], byte[]>> last(byte[] from, byte[] to);

    Batch batch();

    /**
     * Applies a batch whole or not at all.
     *
     * @param sync whether it must be on disk on return; else it may be lost in a power cut
     */
    void write(Batch batch, boolean sync) throws StoreWriteException;

    /** Makes a full store take writes again if there is room for them by now. Throws nothing, but says no. */
    boolean recover();

    /**
     * Makes a full store take writes that remove something, in room that was kept for them. Throws nothing, but says
     * no.
     */
    boolean recoverForRemovals();

    void checkpoint(Path folder);

    /** Rewrites everything so that no file holds what was deleted. */
    void purge();

    /** Whether anything was found damaged since the store was opened. */
    boolean isDamaged();

    /** Size on disk. */
    long bytes();

    @Override
    void close();

    /** Wants to see more, or not. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    /** Writes that belong together. */
    interface Batch extends AutoCloseable {
        void put(byte[] key, byte[] value);

        void delete(byte[] key);

        void deleteRange(byte[] from, byte[] to);

        boolean isEmpty();

        @Override
        void close();
    }
}
