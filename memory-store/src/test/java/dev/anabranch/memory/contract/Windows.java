package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.memory.chat.TokenWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of LangChain4j on the store behave as they do on LangChain4j's own store in memory. */
interface Windows extends MemoryFixture {

    @Test
    default void aMessageWindowEvictsTheOldest() {
        ChatMemory memory = messageWindow(store(), 4);
        memory.add(SystemMessage.from("be brief"));
        for (int turn = 0; turn < 6; turn++) {
            memory.add(UserMessage.from("question " + turn));
            memory.add(AiMessage.from("answer " + turn));
        }

        assertThat(memory.messages())
                .containsExactly(
                        SystemMessage.from("be brief"),
                        AiMessage.from("answer 4"),
                        UserMessage.from("question 5"),
                        AiMessage.from("answer 5"));
    }

    @Test
    default void anEvictedToolCallTakesItsResultsAlong() {
        ChatMemory memory = messageWindow(store(), 4);
        memory.add(UserMessage.from("how deep, how wide?"));
        memory.add(AiMessage.from(Script.call("1", "depth", "{}"), Script.call("2", "width", "{}")));
        memory.add(ToolExecutionResultMessage.from("1", "depth", "7 m"));
        memory.add(ToolExecutionResultMessage.from("2", "width", "300 m"));
        memory.add(AiMessage.from("7 and 300 metres"));
        memory.add(UserMessage.from("thanks"));

        assertThat(memory.messages()).containsExactly(AiMessage.from("7 and 300 metres"), UserMessage.from("thanks"));
        assertThat(store().calls()).containsSubsequence("u4", "u2");
    }

    @Test
    default void aTokenWindowEvictsTheOldest() {
        ChatMemory memory = tokenWindow(store(), 40);
        for (int turn = 0; turn < 20; turn++) {
            memory.add(UserMessage.from("question number " + turn));
            memory.add(AiMessage.from("a long and thorough answer to question number " + turn));
        }

        assertThat(memory.messages()).hasSizeBetween(1, 5).last().isInstanceOf(AiMessage.class);
    }

    @Test
    default void aClearedWindowStartsAgain() {
        ChatMemory memory = messageWindow(store(), 10);
        memory.add(UserMessage.from("a"));
        memory.clear();
        assertThat(memory.messages()).isEmpty();

        memory.add(UserMessage.from("b"));
        assertThat(memory.messages()).containsExactly(UserMessage.from("b"));
    }

    @Test
    default void twoWindowsOnOneMemoryShareItsMessages() {
        ChatMemory wide = messageWindow(store(), 10);
        ChatMemory narrow = messageWindow(store(), 2);
        wide.add(UserMessage.from("a"));
        narrow.add(AiMessage.from("b"));
        wide.add(UserMessage.from("c"));
        assertThat(narrow.messages()).containsExactly(AiMessage.from("b"), UserMessage.from("c"));

        narrow.add(AiMessage.from("d"));
        assertThat(wide.messages()).containsExactly(UserMessage.from("c"), AiMessage.from("d"));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    default void messageWindowsBehaveAsTheyDoInMemory(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 1 + random.nextInt(12);
        InMemoryChatMemoryStore oracle = new InMemoryChatMemoryStore();

        walk(seed, random, messageWindow(store(), size), messageWindow(oracle, size));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    default void tokenWindowsBehaveAsTheyDoInMemory(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 30 + random.nextInt(200);
        InMemoryChatMemoryStore oracle = new InMemoryChatMemoryStore();

        walk(seed, random, tokenWindow(store(), size), tokenWindow(oracle, size));
    }

    private static void walk(long seed, SplittableRandom random, ChatMemory memory, ChatMemory oracle) {
        for (int step = 0; step < 120; step++) {
            if (random.nextInt(40) == 0) {
                memory.clear();
                oracle.clear();
            } else if (random.nextInt(12) == 0) {
                List<ChatMessage> edited = edited(oracle.messages(), random);
                // The memory under test is set to the messages it gave out, as a caller would do.
                memory.set(swappedBack(memory.messages(), edited));
                oracle.set(edited);
            } else {
                for (ChatMessage message : next(random)) {
                    memory.add(message);
                    oracle.add(message);
                }
            }
            assertThat(memory.messages()).as("seed %d, step %d", seed, step).isEqualTo(oracle.messages());
        }
    }

    private static List<ChatMessage> next(SplittableRandom random) {
        int number = random.nextInt(10_000);
        return switch (random.nextInt(8)) {
            case 0 -> List.of(SystemMessage.from("rules " + random.nextInt(3)));
            case 1 -> List.of(UserMessage.from("yes"), AiMessage.from("yes"));
            case 2 ->
                List.of(
                        AiMessage.from(
                                Script.call(number + "a", "depth", "{}"), Script.call(number + "b", "width", "{}")),
                        ToolExecutionResultMessage.from(number + "a", "depth", "7 m"),
                        ToolExecutionResultMessage.from(number + "b", "width", "300 m"));
            case 3 -> List.of(AiMessage.from("answer " + number));
            default -> List.of(UserMessage.from("question " + number), AiMessage.from("answer " + number));
        };
    }

    private static List<ChatMessage> edited(List<ChatMessage> messages, SplittableRandom random) {
        List<ChatMessage> edited = new ArrayList<>(messages);
        switch (random.nextInt(4)) {
            case 0 -> edited.removeIf(message -> random.nextInt(3) == 0);
            case 1 ->
                edited.replaceAll(
                        message -> random.nextInt(4) == 0 ? UserMessage.from("edit " + random.nextInt(100)) : message);
            case 2 -> Collections.rotate(edited, 1 + random.nextInt(3));
            default -> edited.add(random.nextInt(edited.size() + 1), AiMessage.from("summary " + random.nextInt(100)));
        }
        return edited;
    }

    private static List<ChatMessage> swappedBack(List<ChatMessage> own, List<ChatMessage> wanted) {
        List<ChatMessage> pool = new ArrayList<>(own);
        return wanted.stream()
                .map(message -> {
                    int place = pool.indexOf(message);
                    return place < 0 ? message : pool.remove(place);
                })
                .toList();
    }

    private static ChatMemory messageWindow(ChatMemoryStore store, int messages) {
        return MessageWindowChatMemory.builder()
                .id("chat")
                .maxMessages(messages)
                .chatMemoryStore(store)
                .build();
    }

    private static ChatMemory tokenWindow(ChatMemoryStore store, int tokens) {
        return TokenWindowChatMemory.builder()
                .id("chat")
                .maxTokens(tokens, new WordCount())
                .chatMemoryStore(store)
                .build();
    }
}
