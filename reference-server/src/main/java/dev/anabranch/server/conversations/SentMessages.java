package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.JsonBody;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the message that a client wants to append. */
public final class SentMessages {

    private static final int TEXT_MAX = 10_000_000;

    private SentMessages() {}

    /**
     * Reads {@code {"content": [{"role", "text"}]}} or {@code {"message": …}}.
     *
     * @throws ProblemException 400 if it is neither
     */
    static ChatMessage read(JsonBody body) {
        Optional<JsonNode> message = body.value("message");
        Optional<JsonNode> content = body.value("content");
        if (message.isPresent() == content.isPresent()) {
            throw invalid("exactly one of 'content' and 'message' must be there");
        }
        return message.map(SentMessages::fromCodec).orElseGet(() -> fromContent(content.orElseThrow()));
    }

    /** A message of this role, {@code USER} or {@code AI} in any case. */
    public static ChatMessage of(String role, String text) {
        if (text.isBlank()) {
            throw invalid("'text' is blank");
        }
        return switch (role.toUpperCase(java.util.Locale.ROOT)) {
            case "USER" -> UserMessage.from(text);
            case "AI", "ASSISTANT" -> AiMessage.from(text);
            default -> throw invalid("'role' is none of USER, AI");
        };
    }

    private static ChatMessage fromContent(JsonNode content) {
        if (!content.isArray() || content.isEmpty()) {
            throw invalid("'content' is not a list with at least one item");
        }
        List<String> roles = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (JsonNode item : content) {
            if (!(item instanceof ObjectNode object)) {
                throw invalid("'content' has an item that is not an object");
            }
            JsonBody part = JsonBody.of(object);
            roles.add(part.requiredText("role", 20));
            texts.add(part.requiredText("text", TEXT_MAX));
        }
        if (roles.stream().distinct().count() > 1) {
            throw invalid("'content' has items of different roles; an entry has one");
        }
        return of(roles.get(0), texts.stream().collect(Collectors.joining("\n")));
    }

    private static ChatMessage fromCodec(JsonNode message) {
        if (!message.isObject()) {
            throw invalid("'message' is not an object");
        }
        try {
            return ChatMessageDeserializer.messageFromJson(message.toString());
        } catch (RuntimeException unreadable) {
            // The codec throws what its JSON library does, and bare NullPointerExceptions for missing members.
            throw invalid("'message' is no message that LangChain4j can read");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
