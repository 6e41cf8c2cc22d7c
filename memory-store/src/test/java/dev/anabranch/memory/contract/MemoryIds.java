package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Memories are told apart by their ids, and by nothing else. */
interface MemoryIds extends MemoryFixture {

    /** An id of an application's own. */
    record Ticket(String customer, long number) {}

    @Test
    default void textIdsAreToldApartWhateverTheyHold() {
        List<Object> ids = new ArrayList<>(List.of(
                "default",
                "chat-123",
                "Chat-123",
                "chat-123 ",
                " chat-123",
                "chat",
                "chat/123",
                "/chat",
                "chat/",
                "a//b"));
        ids.addAll(
                List.of(".", "..", "../chat-123", "a/../b", "a%2Fb", "a%2fb", "%", "%00", "a\\b", "a:b", "a?b", "a#b"));
        ids.addAll(List.of(
                "grüße", "gru\u0308ße", "\uD83C\uDF0A", "日本", "a\nb", "a\tb", "a\u0000b", "~", "_", "-", "__", "null"));
        ids.addAll(List.of("x".repeat(300), "x".repeat(301), "x".repeat(3000), "x".repeat(3001), "ü".repeat(500)));

        assertToldApart(ids);
    }

    @Test
    default void anEmptyTextIsAnId() {
        assertToldApart(List.of("", " ", "empty"));
    }

    @Test
    default void idsMayBeOfAnyType() {
        require(Capability.ANY_ID_TYPE);
        UUID uuid = UUID.fromString("0191d6c8-2f4b-7c1a-9d2e-5f0b6a7c8d9e");

        assertToldApart(
                List.of(42, 43L, 4.5, 'c', true, uuid, TimeUnit.SECONDS, new Ticket("ada", 7), List.of("a", "b")));
    }

    @Test
    default void idsThatPrintAlikeAreToldApart() {
        require(Capability.ANY_ID_TYPE);
        UUID uuid = UUID.fromString("0191d6c8-2f4b-7c1a-9d2e-5f0b6a7c8d9e");
        Ticket ticket = new Ticket("ada", 7);

        assertToldApart(List.of(1, 1L, "1", uuid, uuid.toString(), ticket, ticket.toString(), TimeUnit.DAYS, "DAYS"));
    }

    @Test
    default void recordsAreToldApartByTheirComponents() {
        require(Capability.ANY_ID_TYPE);

        assertToldApart(List.of(
                new Ticket("a", 1),
                new Ticket("a", 2),
                new Ticket("b", 1),
                new Ticket("a, number=1", 1),
                new Ticket("", 1)));
    }

    @Test
    default void equalIdsNameTheSameMemory() {
        require(Capability.ANY_ID_TYPE);
        store().updateMessages(new Ticket("ada", 7), List.of(UserMessage.from("mine")));
        store().updateMessages(
                        UUID.fromString("00000000-0000-0000-0000-000000000001"), List.of(UserMessage.from("yours")));

        assertThat(store().getMessages(new Ticket("ada", 7))).containsExactly(UserMessage.from("mine"));
        assertThat(store().getMessages(new UUID(0, 1))).containsExactly(UserMessage.from("yours"));
    }

    private void assertToldApart(List<?> ids) {
        IntStream.range(0, ids.size()).forEach(i -> store().updateMessages(ids.get(i), only(i)));
        IntStream.range(0, ids.size())
                .forEach(i -> assertThat(store().getMessages(ids.get(i)))
                        .as("memory of '%s'", ids.get(i))
                        .isEqualTo(only(i)));

        store().deleteMessages(ids.get(0));

        assertThat(store().getMessages(ids.get(0))).isEmpty();
        assertThat(store().getMessages(ids.get(1))).isEqualTo(only(1));
    }

    private static List<ChatMessage> only(int number) {
        return List.of(UserMessage.from("memory " + number));
    }
}
