package dev.anabranch.stream;

import java.time.Duration;
import java.util.Optional;

/**
 * Durable streams of one server, or of the engine in this process: append-only, resumable, live, and forked without
 * copying (PROTOCOL.md of {@code durable-streams/durable-streams}). Safe for use by many threads. Calls block until
 * their outcome is durable or known, unless their documentation says otherwise.
 *
 * <p>Every method throws a {@link DurableStreamsException}: {@link StreamGoneException} for a stream that was deleted
 * while forks still read it, {@link InvalidRequestException} for a request that no server could carry out,
 * {@link LimitExceededException} past a limit, {@link AccessDeniedException}, and {@link StreamsUnavailableException}
 * when the store or the way to it failed, which says whether the request may have been carried out all the same.
 */
public interface DurableStreams extends AutoCloseable {

    /** Creates a stream, or finds it there already (section 5.1). */
    CreateResult create(StreamName name, CreateRequest request);

    /**
     * Creates {@code fork} as a fork of another stream (section 4.2). Costs the same whatever the source holds.
     *
     * @throws StreamNotFoundException if there is no source of this name
     */
    CreateResult fork(StreamName fork, ForkRequest request);

    /**
     * Appends a batch, or reports why the stream cannot take it (section 5.2). After {@link AppendResult.Appended}, a
     * crash cannot lose it.
     *
     * @throws StreamNotFoundException if no stream has this name
     * @throws ContentTypeMismatchException if the stream is of another type
     */
    AppendResult append(StreamName name, AppendRequest request);

    /**
     * Reads on from {@code from} (section 5.6), as much as the server gives at once. At the tail the page is empty.
     * Slides the stream's TTL.
     *
     * @throws StreamNotFoundException if no stream has this name
     */
    StreamPage read(StreamName name, Offset from);

    /**
     * Reads on from {@code from} and, if there is nothing yet, waits for as long as {@code wait} for something to come
     * (section 5.7). Otherwise the page is empty, and its {@link StreamPage#next} is where to read on: after
     * {@link Offset#NOW} as well.
     *
     * @param wait counts from when the tail is found reached; at most what {@link Duration#toNanos} can say
     * @throws StreamNotFoundException if no stream has this name
     */
    default StreamPage read(StreamName name, Offset from, Duration wait) {
        return new WaitingRead(this, name, from).read(wait);
    }

    /**
     * Reads on from {@code from} and then follows the stream live (sections 5.7, 5.8). Returns at once and holds no
     * caller's thread; a lost connection is taken up where it broke.
     */
    Tailing tail(StreamName name, Offset from, TailListener listener);

    /** The stream's metadata, or empty if there is none of this name (section 5.5). Does not slide the TTL. */
    Optional<StreamHead> head(StreamName name);

    /**
     * Closes a stream for good (section 5.3). Idempotent.
     *
     * @return its final tail
     * @throws StreamNotFoundException if no stream has this name
     */
    default Offset closeStream(StreamName name) {
        AppendResult result = append(name, AppendRequest.closing());
        if (result instanceof AppendResult.Appended appended) {
            return appended.tail();
        }
        if (result instanceof AppendResult.Duplicate duplicate) {
            return duplicate.tail();
        }
        if (result instanceof AppendResult.StreamClosed closed) {
            return closed.tail();
        }
        throw new AssertionError("closing without sequence or producer gave " + result);
    }

    /**
     * Deletes a stream (section 5.4). Forks of it keep what they share with it; until the last of them is gone, its
     * name stays taken and answers {@link StreamGoneException}.
     *
     * @return false if no stream has this name
     */
    boolean delete(StreamName name);

    /**
     * The same streams, for calls that must all have ended {@code left} from now. What is not done by then fails with a
     * {@link StreamsUnavailableException}. Tails are not bound by it, and neither are streams that never wait, such as
     * those of the engine in this process.
     */
    default DurableStreams within(Duration left) {
        return this;
    }

    /** Releases connections and threads. Streams stay. */
    @Override
    void close();
}
