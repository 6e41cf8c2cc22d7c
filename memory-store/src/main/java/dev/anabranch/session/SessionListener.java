package dev.anabranch.session;

import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.DurableStreamsException;
import java.util.List;

/** Is told what happens in a session, in stream order, one call at a time. Must not block for long. */
public interface SessionListener {

    /** Messages joined. Each is as it was when it joined: {@link HistoryMessage#inWindow} is true. */
    default void onMessages(List<HistoryMessage> messages) {}

    /** A message left the window. */
    default void onEvicted(String messageId, String reason) {}

    /** A message that had left the window is back in it. */
    default void onBroughtBack(String messageId) {}

    /** The window was cleared. */
    default void onReset() {}

    /** An entry that is no message joined. */
    default void onEntry(TypedEntry entry) {}

    /** Listening has ended and will not go on: the session was deleted, or the server stays out of reach. */
    default void onFailure(DurableStreamsException failure) {}
}
