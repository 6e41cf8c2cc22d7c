package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import org.jspecify.annotations.Nullable;

/**
 * The object that stands for the last message of the window: another one after each number of entries, so that the list
 * which holds it tells what its writer has seen, whichever thread it is written on. For one thread at a time.
 */
final class LastMessage {

    private final Instances instances;
    private @Nullable HandedOut handedOut;

    /** The last message of the window after so many entries, as the object that was handed out for it. */
    private record HandedOut(long entries, String id, ChatMessage message) {}

    LastMessage(Instances instances) {
        this.instances = instances;
    }

    /** The object to hand out for {@code message}, which is the last of the window now. */
    ChatMessage handOut(SessionState current, String messageId, ChatMessage message) {
        long entries = current.cursor().entries();
        HandedOut before = handedOut;
        if (before != null && before.entries() == entries && before.id().equals(messageId)) {
            return before.message();
        }
        ChatMessage copy = MessageCopies.of(message).orElse(message);
        if (copy != message) {
            instances.addLast(copy, messageId, entries);
        }
        handedOut = new HandedOut(entries, messageId, copy);
        return copy;
    }
}
