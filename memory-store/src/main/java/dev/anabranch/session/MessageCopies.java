package dev.anabranch.session;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.Optional;

/** Makes equal messages that are other objects, so that one can be told from the other. */
final class MessageCopies {

    private MessageCopies() {}

    /** Shares everything that the message refers to. Empty for a message of a class that LangChain4j does not have. */
    static Optional<ChatMessage> of(ChatMessage message) {
        return copy(message).filter(message::equals);
    }

    private static Optional<ChatMessage> copy(ChatMessage message) {
        if (message.getClass() == UserMessage.class) {
            return Optional.of(((UserMessage) message).toBuilder().build());
        }
        if (message.getClass() == AiMessage.class) {
            return Optional.of(((AiMessage) message).toBuilder().build());
        }
        if (message.getClass() == ToolExecutionResultMessage.class) {
            return Optional.of(
                    ((ToolExecutionResultMessage) message).toBuilder().build());
        }
        if (message.getClass() == SystemMessage.class) {
            return Optional.of(SystemMessage.from(((SystemMessage) message).text()));
        }
        return Optional.empty();
    }
}
