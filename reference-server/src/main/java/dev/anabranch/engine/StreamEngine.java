package dev.anabranch.engine;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Durable streams on a store of this process. Safe for use by many threads. Appends to one stream are serialised;
 * different streams never wait for each other, save that their appends share a sync. Throws the exceptions of
 * {@link dev.anabranch.stream.DurableStreams}; futures complete with them.
 *
 * <p>Futures complete on the engine's own thread, in the order in which changes became durable: what depends on them
 * must not block there.
 */
public interface StreamEngine extends AutoCloseable {

    /** Completes when the stream is durable, or was there already. */
    CompletableFuture<CreateResult> create(StreamName name, CreateRequest request);

    /**
     * Completes when the fork is durable, or was there already. Atomic against appends to and deletion of its source.
     */
    CompletableFuture<CreateResult> fork(StreamName fork, ForkRequest request);

    /**
     * Completes when the batch is durable, or with the reason why it was refused. Holds no thread while it waits for
     * the disk.
     */
    CompletableFuture<AppendResult> append(StreamName name, AppendRequest request);

    /**
     * Reads from {@code from}, at least one message if there is one and not many more than {@code bytesMax} bytes in
     * all. Slides the TTL.
     *
     * @throws dev.anabranch.stream.StreamNotFoundException if no stream has this name
     */
    StreamRead read(StreamName name, Offset from, int bytesMax);

    /** What the stream is, or empty if there is none. Does not slide the TTL. */
    Optional<StreamStatus> status(StreamName name);

    /** Completes with false if no stream has this name; fails with StreamGoneException if it is deleted already. */
    CompletableFuture<Boolean> delete(StreamName name);

    /**
     * Calls {@code wake} once, as soon as the stream of this name has something other than {@code seen}: a later tail,
     * closed, deleted, expired. Calls it before returning if that is so already. {@code wake} must not block.
     *
     * @param seen the status of the stream as the caller knows it
     * @return cancels the wait; idempotent
     * @throws dev.anabranch.stream.LimitExceededException if too many wait already
     */
    Wait await(StreamName name, StreamStatus seen, Runnable wake);

    /**
     * The names of streams that begin with {@code prefix} and sort after {@code after}, in the order of their names.
     * Deleted and expired streams are not among them.
     */
    List<StreamName> names(String prefix, Optional<StreamName> after, int limit);

    /**
     * The live streams that share history with this one: all that stem, by forks, from the stream it stems from itself,
     * each before the one it was forked from. Empty if no stream has this name. Takes time in proportion to the number
     * of streams.
     */
    List<StreamName> family(StreamName name);

    /**
     * Puts other messages in the places of some that a JSON stream has itself, and not by its source: for what must not
     * be kept, and nothing else, for what a reader has seen at an offset changes. Offsets stay as they are. The old
     * messages are gone from the files after the next {@link #purge}.
     *
     * @param redaction gives a message for each, which is no array: itself, if it shall stay
     * @return completes with the number of messages that were replaced, when that is durable
     */
    CompletableFuture<Integer> redact(StreamName name, UnaryOperator<Payload> redaction);

    /** Tells {@code listener} of every change, after it is durable and in the order of each stream, until closed. */
    Listening listen(StreamListener listener);

    EngineStats stats();

    /**
     * Completes when the store has just made something durable, and fails with
     * {@link dev.anabranch.stream.StreamsUnavailableException} when it takes no writes. Changes no stream. Costs a
     * sync.
     */
    CompletableFuture<Void> probe();

    /** Whether anything that the store should hold was found missing or unreadable since the engine was opened. */
    boolean isDamaged();

    /**
     * Writes a copy of the store, as it is at one moment, to a folder that must not exist yet. Appends go on meanwhile.
     * An engine opened on the copy has every append that was acknowledged before the call.
     *
     * @throws dev.anabranch.stream.InvalidRequestException if the folder exists already, or cannot be made
     */
    void checkpoint(Path folder);

    /**
     * Rewrites the store so that no file of it still holds anything of streams that were collected before the call, or
     * have expired. (Deleting a stream frees its space in the course of time; this is for those who must know that it
     * is gone.) Takes time in proportion to the store; appends go on meanwhile. What live forks still share is not
     * gone.
     */
    void purge();

    /** Finishes what was accepted and releases the store. */
    @Override
    void close();

    /** A listener's registration. */
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** A wait that can be given up. */
    interface Wait extends AutoCloseable {
        @Override
        void close();
    }
}
