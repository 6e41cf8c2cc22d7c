package dev.anabranch.storage;

import dev.anabranch.stream.StreamsUnavailableException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mutation on its way through the {@link CommitQueue}. Used by one thread at a time. */
final class Mutation<T> {

    private static final Logger log = LoggerFactory.getLogger(Mutation.class);

    private final Function<StreamTables, T> body;
    private final StorageCallback<T> callback;
    private final long bytes;
    private final boolean synced;
    private final boolean makesRoom;
    private @Nullable T outcome;
    private @Nullable StreamsUnavailableException failure;

    private Mutation(
            long bytes,
            boolean synced,
            boolean makesRoom,
            Function<StreamTables, T> body,
            StorageCallback<T> callback) {
        this.bytes = bytes;
        this.synced = synced;
        this.makesRoom = makesRoom;
        this.body = body;
        this.callback = callback;
    }

    /** @param synced whether it must be on disk before the callback hears of it */
    static <T> Mutation<T> of(long bytes, boolean synced, Function<StreamTables, T> body, StorageCallback<T> callback) {
        return new Mutation<>(bytes, synced, false, body, callback);
    }

    /** A removal, which is written although the disk is full, if that can be done at all. */
    static <T> Mutation<T> removal(long bytes, Function<StreamTables, T> body, StorageCallback<T> callback) {
        return new Mutation<>(bytes, true, true, body, callback);
    }

    boolean makesRoom() {
        return makesRoom;
    }

    long bytes() {
        return bytes;
    }

    boolean isSynced() {
        return synced;
    }

    void apply(StreamTables tables) {
        outcome = body.apply(tables);
    }

    void fail(StreamsUnavailableException failure) {
        this.failure = failure;
    }

    void answer() {
        try {
            if (failure != null) {
                callback.failed(failure);
            } else if (outcome != null) {
                callback.done(outcome);
            } else {
                throw new AssertionError("mutation was neither applied nor failed");
            }
        } catch (RuntimeException | Error broken) {
            log.error("a callback of the store threw", broken);
        }
    }
}
