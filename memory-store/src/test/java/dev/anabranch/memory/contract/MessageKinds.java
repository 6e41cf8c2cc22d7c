package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages come back as they were given, to the last attribute. */
interface MessageKinds extends MemoryFixture {

    @ParameterizedTest
    @MethodSource("dev.anabranch.memory.contract.SampleMessages#lossless")
    default void everyKindOfMessageComesBackAsItWas(ChatMessage message) {
        store().updateMessages("chat", List.of(message));
        assertThat(store().getMessages("chat")).containsExactly(message);

        store().updateMessages("chat", List.of(message, AiMessage.from("noted")));
        assertThat(store().getMessages("chat")).containsExactly(message, AiMessage.from("noted"));
    }

    @Test
    default void allKindsOfMessagesFitIntoOneMemory() {
        List<ChatMessage> all = SampleMessages.lossless().map(Named::getPayload).toList();
        store().updateMessages("chat", all);

        assertThat(store().getMessages("chat")).isEqualTo(all);
    }

    /** A conversation may hold what JSON cannot. A store may refuse that; it may not keep something else instead. */
    @ParameterizedTest
    @MethodSource("dev.anabranch.memory.contract.SampleMessages#awkward")
    default void whatCannotBeKeptExactlyIsRefused(ChatMessage message) {
        ChatMessage earlier = UserMessage.from("earlier");
        store().updateMessages("chat", List.of(earlier));

        assertKeptOrRefused(List.of(earlier), List.of(earlier, message));
        assertKeptOrRefused(store().expected("chat"), List.of(message, earlier, AiMessage.from("later")));
    }

    private void assertKeptOrRefused(List<ChatMessage> before, List<ChatMessage> after) {
        ChatMemoryStore raw = store().raw();
        List<ChatMessage> held = after;
        try {
            raw.updateMessages("chat", after);
        } catch (RuntimeException refused) {
            held = before;
        }
        assertThat(raw.getMessages("chat")).isEqualTo(held);
        store().expect("chat", held);
    }
}
