package dev.anabranch.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.MessageValue;
import dev.anabranch.entry.UnpairedSurrogates;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.JacksonChatMessageJsonCodec;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns messages into JSON and back, by LangChain4j's own codec. Strict on the way in: a message that would not come
 * back equal is refused. Lenient on the way out: fields that this version does not know are left out, and a message
 * that it cannot read at all is reported and never fails.
 */
final class MessageCodec {

    /**
     * What became of a message's JSON.
     *
     * @param problem what was left out, or why there is no message
     */
    record Decoded(Optional<ChatMessage> message, Optional<String> problem) {}

    private MessageCodec() {}

    static MessageValue encode(ChatMessage message) {
        if (parts(message).anyMatch(Objects::isNull)) {
            throw new MessageNotStorableException(
                    "a part of this " + message.getClass().getSimpleName() + " is null", null);
        }
        ExactValues exact = new ExactValues();
        Map<String, Object> attributes = attributes(message);
        Map<String, Object> plain = exact.plain(attributes);
        ChatMessage carried = plain == attributes ? message : withAttributes(message, plain);
        MessageValue value;
        try {
            String json = UnpairedSurrogates.escape(ChatMessageSerializer.messageToJson(carried));
            value = EntryReader.messageValue(json, exact.kinds());
        } catch (RuntimeException refused) {
            throw new MessageNotStorableException(
                    "LangChain4j's codec cannot write this "
                            + message.getClass().getSimpleName(),
                    refused);
        }
        Decoded back = decode(value);
        if (back.problem().isPresent()
                || !back.message().filter(message::equals).isPresent()) {
            throw new MessageNotStorableException(
                    "this " + message.getClass().getSimpleName() + " would not come back as it is: LangChain4j's codec "
                            + back.problem().orElse("loses part of it"),
                    null);
        }
        return value;
    }

    static Decoded decode(MessageValue value) {
        try {
            ChatMessage message = ChatMessageDeserializer.messageFromJson(value.json());
            return new Decoded(Optional.of(restored(message, value.exact())), Optional.empty());
        } catch (RuntimeException strictlySpeaking) {
            return decodeLeniently(value);
        }
    }

    private static Decoded decodeLeniently(MessageValue value) {
        try {
            ChatMessage message = Lenient.MAPPER.readValue(value.json(), ChatMessage.class);
            return new Decoded(
                    Optional.of(restored(message, value.exact())),
                    Optional.of("has fields that this version does not know; they were left out"));
        } catch (JsonProcessingException | RuntimeException | LinkageError unreadable) {
            return new Decoded(Optional.empty(), Optional.of("cannot be read by this version: " + unreadable));
        }
    }

    /** The text of a message as people would read it; empty if it has none. */
    static String text(ChatMessage message) {
        if (message instanceof AiMessage ai) {
            return ai.text() == null ? "" : ai.text();
        }
        if (message instanceof UserMessage user) {
            return text(user.contents());
        }
        if (message instanceof SystemMessage system) {
            return system.text();
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return text(result.contents());
        }
        return "";
    }

    private static String text(List<Content> contents) {
        return contents.stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }

    private static ChatMessage restored(ChatMessage message, JsonNode exact) {
        if (parts(message).anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a part of the message is null");
        }
        if (exact.isMissingNode()) {
            return message;
        }
        return withAttributes(message, ExactValues.restore(attributes(message), exact));
    }

    /**
     * What a message is made of. LangChain4j's codec reads null where a part should be, and nobody expects it there.
     */
    private static Stream<?> parts(ChatMessage message) {
        if (message instanceof AiMessage ai) {
            return ai.toolExecutionRequests().stream();
        }
        if (message instanceof UserMessage user) {
            return user.contents().stream();
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return result.contents().stream();
        }
        return Stream.empty();
    }

    private static Map<String, Object> attributes(ChatMessage message) {
        if (message instanceof AiMessage ai) {
            return ai.attributes();
        }
        if (message instanceof UserMessage user) {
            return user.attributes();
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return result.attributes();
        }
        if (message instanceof CustomMessage custom) {
            return custom.attributes();
        }
        return Map.of();
    }

    private static ChatMessage withAttributes(ChatMessage message, Map<String, Object> attributes) {
        if (message instanceof AiMessage ai) {
            return ai.toBuilder().attributes(attributes).build();
        }
        if (message instanceof UserMessage user) {
            return user.toBuilder().attributes(attributes).build();
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return result.toBuilder().attributes(attributes).build();
        }
        if (message instanceof CustomMessage) {
            return CustomMessage.from(attributes);
        }
        throw new AssertionError("no attributes in " + message.getClass());
    }

    /** Loaded only when it is needed: LangChain4j calls the class behind it internal. */
    private static final class Lenient {
        static final ObjectMapper MAPPER = JacksonChatMessageJsonCodec.chatMessageJsonMapperBuilder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }
}
