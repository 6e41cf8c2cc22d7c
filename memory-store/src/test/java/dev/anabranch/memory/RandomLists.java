package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.MemoryStreams;
import dev.anabranch.session.MemoryStreams.Fault;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Edits of every kind, with few different texts, so that messages of equal content meet. */
final class RandomLists {

    private RandomLists() {}

    static void check(long seed, SplittableRandom random, MemoryStreams streams) {
        DurableStreamChatMemoryStore store = open(streams);
        List<ChatMessage> expected = new ArrayList<>();
        List<ChatMessage> everSeen = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(12) == 0) {
                store = open(streams);
            }
            if (random.nextInt(6) == 0) {
                streams.next(random.nextBoolean() ? Fault.LOSE_ANSWER : Fault.LOSE_REQUEST);
            }
            List<ChatMessage> list = random.nextInt(8) == 0 ? copies(expected) : store.getMessages("chat");
            edit(list, everSeen, random);
            store.updateMessages("chat", list);
            expected = List.copyOf(list);
            if (random.nextInt(15) == 0) {
                store.deleteMessages("chat");
                expected = List.of();
            }
            assertThat(store.getMessages("chat"))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(expected);
        }
        assertThat(open(streams).getMessages("chat")).as("seed %d", seed).isEqualTo(expected);
        List<HistoryMessage> history = open(streams).session("chat").history();
        assertThat(history.stream().filter(HistoryMessage::inWindow))
                .as("seed %d", seed)
                .hasSize(expected.size());
        assertThat(history.stream().map(HistoryMessage::id).distinct())
                .as("seed %d", seed)
                .hasSize(history.size());
    }

    private static DurableStreamChatMemoryStore open(MemoryStreams streams) {
        return DurableStreamChatMemoryStore.builder().streams(streams).build();
    }

    private static List<ChatMessage> copies(List<ChatMessage> messages) {
        List<ChatMessage> copies = new ArrayList<>();
        for (ChatMessage message : messages) {
            copies.add(
                    message instanceof UserMessage user
                            ? UserMessage.from(user.singleText())
                            : AiMessage.from(((AiMessage) message).text()));
        }
        return copies;
    }

    private static void edit(List<ChatMessage> list, List<ChatMessage> everSeen, SplittableRandom random) {
        for (int edits = random.nextInt(4); edits >= 0; edits--) {
            int at = random.nextInt(list.size() + 1);
            switch (random.nextInt(9)) {
                case 0 -> list.add(at, fresh(everSeen, random));
                case 1 -> {
                    if (at < list.size()) {
                        list.set(at, fresh(everSeen, random));
                    }
                }
                case 2 -> {
                    if (at < list.size()) {
                        list.remove(at);
                    }
                }
                case 3 -> {
                    if (at < list.size()) {
                        list.add(list.remove(at));
                    }
                }
                case 4 -> {
                    if (!everSeen.isEmpty()) {
                        list.add(at, everSeen.get(random.nextInt(everSeen.size())));
                    }
                }
                case 5 ->
                    list.subList(0, Math.min(list.size(), random.nextInt(4))).clear();
                case 6 -> {
                    if (random.nextInt(5) == 0) {
                        list.clear();
                    }
                }
                default -> list.add(fresh(everSeen, random));
            }
        }
    }

    private static ChatMessage fresh(List<ChatMessage> everSeen, SplittableRandom random) {
        String text = "text " + random.nextInt(5);
        ChatMessage message = random.nextBoolean() ? UserMessage.from(text) : AiMessage.from(text);
        everSeen.add(message);
        return message;
    }
}
