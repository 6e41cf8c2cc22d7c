package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The sessions on a server, or in the engine of this process. Safe for use by many threads; one instance per process
 * and server is best, as it keeps the sessions it knows in memory.
 *
 * <p>Methods block until their outcome is durable or known. They throw a {@link SessionException} for what is wrong
 * with the request, and a {@link dev.anabranch.stream.DurableStreamsException} for what is wrong with the server or the
 * way to it. A write whose outcome stays unknown is looked up by the next call on the same session: repeating it with
 * the same message instances, or with the same idempotency key, neither loses nor duplicates.
 */
public interface AgentSessions extends AutoCloseable {

    /** The sessions on {@code streams}, which stay the caller's to close. */
    static AgentSessions of(DurableStreams streams) {
        return of(streams, SessionsOptions.DEFAULTS);
    }

    /** The sessions on {@code streams}, which stay the caller's to close. */
    static AgentSessions of(DurableStreams streams, SessionsOptions options) {
        return new StreamSessions(streams, options);
    }

    /**
     * The session of this id, whether it exists or not: no request is made. The first append makes it.
     *
     * @param id 1 to 512 characters of {@code A-Z a-z 0-9 - . _ : @ + = ,}, and neither {@code .} nor {@code ..}
     * @throws IllegalArgumentException if the id is none
     */
    AgentSession session(String id);

    /** The session of this id, if it exists. */
    Optional<AgentSession> find(String id);

    /**
     * Makes a session.
     *
     * @throws SessionExistsException if the id is taken
     */
    AgentSession create(NewSession session);

    /** Sessions, newest first. Costs what the page holds, and what is new in the directory since the last call. */
    SessionPage list(SessionQuery query);

    /**
     * The whole tree that a session belongs to, from its root.
     *
     * @throws SessionNotFoundException if there is no such session
     */
    SessionTree tree(String id);

    /**
     * Tells {@code listener} of every change to the directory from now on, whoever makes it. Returns at once and holds
     * no caller's thread.
     */
    Tailing listen(DirectoryListener listener);

    /**
     * Lists sessions again that the directory does not know, from their own streams, and drops those it knows that no
     * longer exist. Listings repair what they meet by themselves; this is for a directory that was lost.
     *
     * @param ids the sessions to look at
     * @return those that were listed again
     */
    List<String> repair(Collection<String> ids);

    /**
     * Lists a branch whose stream somebody is about to make by the protocol alone, so that it counts against limits and
     * is seen in listings like any other. A branch of this parent that is listed already is counted as it is. Asks the
     * options' guard, atomically with all other forks; nothing is listed if it refuses.
     *
     * <p>Should the stream not be made after all, {@link #repair} drops the line.
     *
     * @param branch what is known of the branch: its id, and its label, creator and TTL if they are known
     * @return whether it was not listed before
     * @throws SessionNotFoundException if there is no such parent
     * @throws SessionExistsException if the id is listed as another session's
     * @throws IllegalArgumentException if the branch has no id
     */
    boolean admit(String parent, ForkOptions branch);

    /** The stream of a session; for one whose id was used before and deleted, that of its latest generation. */
    StreamName stream(String id);

    /**
     * The stream for an account of what is used in the tree that begins with this session. Whoever keeps one makes it;
     * it is deleted with the session.
     */
    StreamName usage(String id);

    /** The directory's stream. */
    StreamName directory();

    /** What the sessions lie on. */
    DurableStreams streams();

    SessionsOptions options();

    /** Stops tailing. The streams stay open. */
    @Override
    void close();
}
