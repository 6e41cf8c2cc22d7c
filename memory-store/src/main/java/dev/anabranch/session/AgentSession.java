package dev.anabranch.session;

import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.data.message.ChatMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * One agent conversation: a history that is only ever added to, and a window on it that the model sees. A handle, cheap
 * to make and to keep; safe for use by many threads.
 *
 * <p>Unless said otherwise, methods throw {@link SessionNotFoundException} if the session does not exist. See
 * {@link AgentSessions} for what else they throw.
 */
public interface AgentSession {

    /** The session's id, which is also its LangChain4j memory id with a store on the same streams. */
    String id();

    /** The sessions that this is one of. */
    AgentSessions sessions();

    boolean exists();

    /** What the session is, as of now. */
    SessionInfo info();

    /** What the session is, and what its messages say of it. */
    SessionSummary summary();

    /** The session's stream. */
    StreamName stream();

    /**
     * The tail of the session's stream: unchanged between two calls exactly if nothing at all was appended in between.
     */
    Offset tail();

    /**
     * Every message there ever was, in the order of joining; inherited ones first. Empty if there is no session. Other
     * threads' turns go on while it is read, and are not part of it.
     */
    List<HistoryMessage> history();

    /**
     * A piece of the history: messages from {@code fromIndex} on, at most {@code limit}. Costs what it returns, however
     * long the history is. A system message comes with the message that follows it.
     */
    HistoryPage history(int fromIndex, int limit);

    /** The last messages, at most {@code limit}, in the order of joining. */
    HistoryPage latest(int limit);

    /** The message of this id, if the session has it. */
    Optional<HistoryMessage> message(String messageId);

    /** What the model sees now. Empty if there is no session. */
    List<ChatMessage> window();

    /** What the model would see in a branch from {@code point}, open tool calls and all. */
    List<ChatMessage> windowAt(ForkPoint point);

    /** Appends to history and window, in one append. Makes the session if there is none. */
    default Appended append(ChatMessage... messages) {
        return append(SessionAppend.messages(Arrays.asList(messages)));
    }

    /** Appends messages and other entries, in one append. Makes the session if there is none. */
    Appended append(SessionAppend append);

    /**
     * Makes the window these messages, in one append of what changed; none if nothing did. Messages that leave stay in
     * the history. Makes the session if there is none and {@code messages} is not empty. This is what a
     * {@code ChatMemoryStore} does on {@code updateMessages}.
     *
     * <p>Messages are recognised by identity where the objects went in or came out here before, and by content and
     * order otherwise. The list speaks only of what its writer had seen: messages that others added since the calling
     * thread last looked stay, and messages that others evicted since stay out.
     *
     * @throws MessageNotStorableException if a message would not come back as it is; nothing is written then
     */
    void updateWindow(List<ChatMessage> messages);

    /**
     * Adds messages to the window, in one append and, as a rule, in that one request. {@code join} says how: it is
     * given the window as it is and the messages, and answers the window as it shall be. It is asked again if others
     * have written meanwhile. Makes the session if there is none.
     *
     * <p>Messages whose addition by an earlier call failed, in a way that left open what became of it, and which were
     * written after all, are not added again.
     *
     * @param join answers a list of the very objects that it was given. May change the lists
     * @throws MessageNotStorableException if a message would not come back as it is; nothing is written then
     */
    void updateWindow(List<ChatMessage> messages, BinaryOperator<List<ChatMessage>> join);

    /** The entries of a type, oldest first. Reads the whole stream. */
    List<TypedEntry> entries(String type);

    /** The latest entry of this type and key. Reads the whole stream. */
    default Optional<TypedEntry> entry(String type, String key) {
        return entries(type).stream().filter(entry -> entry.key().equals(key)).reduce((earlier, later) -> later);
    }

    /**
     * Forks this session: a new session with the messages before {@code point}. Costs the same whatever the session
     * holds.
     *
     * @throws NoSuchMessageException if the session has no such message
     */
    default AgentSession fork(ForkPoint point, String label) {
        return fork(ForkOptions.at(point).withLabel(label)).session();
    }

    /**
     * Forks this session.
     *
     * @throws NoSuchMessageException if the session has no such message
     * @throws OpenToolCallsException if tool calls are open at the point and the options say to refuse
     * @throws SessionExistsException if the options name an id that is taken by a session other than this same branch
     */
    default Branch fork(ForkOptions options) {
        return forkAll(List.of(options)).get(0);
    }

    /**
     * Makes several branches together or not at all, in the order given. The guard of the first is asked, for all of
     * them. If one cannot be made, those made by this call are deleted again.
     */
    List<Branch> forkAll(List<ForkOptions> forks);

    /**
     * Makes another branch of the session that this one was forked from, from the same place, with everything that was
     * written here since: for a scratch that turns out to be worth keeping. Messages keep their ids and times, and the
     * window is the same. Costs what was written here, not what was inherited; this session stays as it is.
     *
     * @param options how to make it; the point, and what is said of open tool calls, do not count
     * @throws SessionNotFoundException if this session was not forked, or its parent is no more
     */
    Branch keep(ForkOptions options);

    /** Where a branch from {@code point} would begin. Makes nothing. */
    BranchPoint resolve(ForkPoint point, OpenToolCalls openToolCalls);

    /** The sessions it was forked from, nearest first, as far as they still exist. */
    List<SessionInfo> ancestors();

    /** Its live branches, oldest first; scratches and archived ones among them. */
    List<SessionInfo> children();

    /** Changes what the session is. */
    SessionInfo update(SessionUpdate update);

    default SessionInfo relabel(String label) {
        return update(SessionUpdate.NOTHING.withLabel(label));
    }

    default SessionInfo archive() {
        return update(SessionUpdate.NOTHING.withArchived(true));
    }

    default SessionInfo unarchive() {
        return update(SessionUpdate.NOTHING.withArchived(false));
    }

    /**
     * Goes back to an earlier point: the window becomes what it was there, in one append, and the agent goes on from
     * it. What came after stays in the history, out of the window, and a branch keeps the session as it was.
     *
     * @return the branch that keeps the abandoned tail
     */
    Branch rewind(ForkPoint point);

    /** Clears the window; the history stays readable. Does nothing if there is no session. */
    void reset();

    /**
     * Deletes this session only. Branches live on with all their messages, as roots of their own. The id can be used
     * again at once, for a new and empty session.
     *
     * @return false if there was no session
     */
    boolean delete();

    /**
     * Deletes the whole tree that this session belongs to.
     *
     * @return the ids of the sessions deleted
     */
    List<String> deleteTree();

    /**
     * Tells {@code listener} what happens in this session from now on, whoever does it. Returns at once and holds no
     * caller's thread.
     */
    Tailing listen(SessionListener listener);
}
