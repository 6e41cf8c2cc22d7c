package dev.anabranch.storage;

import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Streams and their records, made durable. Safe for use by many threads.
 *
 * <p>Every mutation is one call that carries its whole condition, and takes effect whole or not at all. Mutations take
 * effect in the order in which they were handed over, and are durable, synced to disk, before their
 * {@link StorageCallback} hears of it. They return at once. Reads see everything that was reported durable, and nothing
 * else. Nothing stays open between two calls, and no caller ever holds a lock here.
 *
 * <p>Reads throw {@link dev.anabranch.stream.StreamsUnavailableException} when the store fails, and mutations hand it
 * to their callback. After a failed write the store takes no more of them: until it is re-opened, or, if it was full,
 * until there is room again.
 */
public interface StreamStorage extends AutoCloseable {

    /** A storage that forgets everything when it is closed. For tests and examples. */
    static StreamStorage inMemory() {
        return OrderedStreamStorage.open(new MemoryStore(), QUEUED_BYTES_DEFAULT);
    }

    /**
     * Opens the storage in a folder, which is made if it is not there, and keeps it for this process until closed.
     *
     * @param blockCacheBytes memory for blocks read from disk
     * @param queuedBytesMax the most bytes of mutations that wait for the disk
     * @throws DataFolderException if the folder is in use by another process, or cannot be used
     */
    static StreamStorage open(Path folder, long blockCacheBytes, long queuedBytesMax) {
        return OrderedStreamStorage.open(RocksStore.open(folder, blockCacheBytes), queuedBytesMax);
    }

    /** Bound of the queue of {@link #inMemory()}, in bytes. */
    long QUEUED_BYTES_DEFAULT = 256L << 20;

    /** The stream that holds this name, deleted or not. */
    Optional<StoredStream> find(StreamName name);

    Optional<StoredStream> stream(long streamId);

    /** The last accepted append of this producer. */
    Optional<Producer> producer(long streamId, String producerId);

    /**
     * The records of a stream at positions from {@code from} up to and without {@code to}, in order: at least one if
     * there is one, and then as many as start within {@code bytesMax} bytes of content.
     */
    List<StoredRecord> read(long streamId, long from, long to, int bytesMax);

    /** The last record of a stream at a position before {@code before}. */
    Optional<StoredRecord> lastBefore(long streamId, long before);

    /** Whether a fork of this stream is there. */
    boolean hasForks(long streamId);

    /**
     * Streams whose name begins with {@code prefix} and comes after {@code after}, deleted ones too, in the order of
     * the UTF-8 of their names.
     */
    List<StoredStream> list(String prefix, Optional<StreamName> after, int limit);

    /**
     * Streams to look at: those whose {@link StreamState#due} is at or before {@code due}, and those with an absolute
     * expiry at or before {@code time}.
     */
    List<StoredStream> due(long due, Instant time, int limit);

    /** Makes a stream, if the name is free and the source, if any, is there. */
    void create(StreamCreation creation, StorageCallback<CreationOutcome> callback);

    /** Changes a stream, if it is still as the caller believes. */
    void change(StreamChange change, StorageCallback<ChangeOutcome> callback);

    /**
     * Removes a stream with all it holds, and with it those of its ancestors that are deleted and were only kept for
     * its sake; marks it deleted instead while it has forks.
     */
    void remove(long streamId, StorageCallback<RemovalOutcome> callback);

    /** Removes what an earlier {@link #remove} left to be removed later, a bounded piece at a time. */
    void collect(StorageCallback<RemovalOutcome> callback);

    /**
     * Records when streams were last accessed, by stream id. Not synced: the newest may be lost in a power cut. Streams
     * that are gone are passed over.
     */
    void recordAccess(Map<Long, Long> accessed);

    /** A note of the caller's own, by key. */
    Optional<Payload> note(String key);

    /** Keeps a note. Durable when the callback hears of it. */
    void writeNote(String key, Payload note, StorageCallback<Payload> callback);

    /**
     * Is called, on the thread that calls back, after the store recovered from being full: what was cached may be old.
     */
    void onRecovery(Runnable recovered);

    /** Copies the storage as it is now to a folder that does not exist yet. */
    void checkpoint(Path folder);

    /** Rewrites the storage so that its files hold nothing of what was removed before the call. */
    void purge();

    /** Whether anything was found damaged on disk since the storage was opened. */
    boolean isDamaged();

    StorageStats stats();

    /** Finishes the mutations that were handed over, calls their callbacks, and lets the folder go. */
    @Override
    void close();
}
