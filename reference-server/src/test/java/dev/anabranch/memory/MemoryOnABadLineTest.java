package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.ForwardingStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens between an agent and the server, and to the server: every message is kept once, in order, and the
 * window is what LangChain4j's own store would hold. The seed of a failure can be given as
 * {@code -Danabranch.faults.seed=N}.
 */
class MemoryOnABadLineTest {

    private static final int WINDOW = 7;
    private static final int TURNS = 25;
    private static final Duration AT_ONCE = Duration.ofNanos(1);

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("anabranch.faults.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void theStoreKeepsEveryMessageOnceWhileTheClientTriesAgain() {
        converse(6, Duration.ofSeconds(30), MemoryOnABadLineTest::windowOnStore);
    }

    @Test
    void theStoreKeepsEveryMessageOnceWhileItsCallerTriesAgain() {
        converse(1, AT_ONCE, (store, id) -> windowOnStore(new Insisting(store), id));
    }

    @Test
    void theNativeMemoryKeepsEveryMessageOnceWhileTheClientTriesAgain() {
        converse(6, Duration.ofSeconds(30), MemoryOnABadLineTest::nativeMemory);
    }

    @Test
    void theNativeMemoryKeepsEveryMessageOnceWhileTheAgentTriesAgain() {
        converse(1, AT_ONCE, MemoryOnABadLineTest::nativeMemory);
    }

    private static ChatMemory windowOnStore(ChatMemoryStore store, Object id) {
        return MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(WINDOW)
                .chatMemoryStore(store)
                .build();
    }

    private static ChatMemory nativeMemory(ChatMemoryStore store, Object id) {
        return DurableStreamChatMemory.builder()
                .id(id)
                .store((DurableStreamChatMemoryStore) store)
                .maxMessages(WINDOW)
                .build();
    }

    /** @param deadline next to nothing for a store that gives up, so that its caller has to try again */
    private void converse(int attempts, Duration deadline, BiFunction<ChatMemoryStore, Object, ChatMemory> memories) {
        List<ChatMessage> said = new ArrayList<>();
        ChatMemory oracle = windowOnStore(new InMemoryChatMemoryStore(), "chat");
        try (BadLine line = new BadLine(folder);
                HttpDurableStreams streams = line.connect(attempts)) {
            DurableStreamChatMemoryStore store = open(streams, deadline);
            ChatMemory memory = memories.apply(store, "chat");
            for (int turn = 0; turn < TURNS; turn++) {
                switch (random.nextInt(TURNS)) {
                    case 0 -> line.restartBeforeNextRequest();
                    case 1 -> line.restartBeforeNextAnswer();
                    case 2 -> {
                        store = open(streams, deadline);
                        memory = memories.apply(store, "chat");
                    }
                    default -> line.spoil(random.nextInt(8), random);
                }
                for (ChatMessage message : turn(turn)) {
                    said.add(message);
                    oracle.add(message);
                    ChatMemory now = memory;
                    Insisting.insist(() -> now.add(message));
                    assertThat(Insisting.insist(now::messages))
                            .as("seed %d, turn %d", seed, turn)
                            .isEqualTo(oracle.messages());
                }
            }
            line.deliverWhatWasHeldBack();
            assertHeld(line, said, oracle.messages());
        }
    }

    /** A store that gives up at once does so after each request, but lets that one take the time it takes. */
    private static DurableStreamChatMemoryStore open(HttpDurableStreams streams, Duration deadline) {
        return DurableStreamChatMemoryStore.builder()
                .streams(deadline.equals(AT_ONCE) ? new ForwardingStreams(streams) : streams)
                .deadline(deadline)
                .build();
    }

    private List<ChatMessage> turn(int number) {
        List<ChatMessage> messages = new ArrayList<>();
        // Few different texts, so that messages of equal content meet.
        messages.add(UserMessage.from("question " + number % 3));
        if (random.nextInt(3) == 0) {
            List<ToolExecutionRequest> calls = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(2); i++) {
                calls.add(ToolExecutionRequest.builder()
                        .id(number + "." + i)
                        .name("look")
                        .arguments("{}")
                        .build());
            }
            messages.add(AiMessage.from(calls));
            calls.forEach(call -> messages.add(ToolExecutionResultMessage.from(call, "seen")));
        }
        messages.add(AiMessage.from("answer " + number % 3));
        return messages;
    }

    private void assertHeld(BadLine line, List<ChatMessage> said, List<ChatMessage> window) {
        try (HttpDurableStreams direct = line.connectDirectly();
                AgentSessions sessions = AgentSessions.of(direct)) {
            List<HistoryMessage> history = sessions.session("chat").history();
            assertThat(history)
                    .as("seed %d", seed)
                    .extracting(message -> message.message().orElseThrow())
                    .isEqualTo(said);
            assertThat(sessions.session("chat").window()).as("seed %d", seed).isEqualTo(window);
        }
    }

    @Test
    void twoWritersOnBadLinesKeepEveryMessageOfBothOnceAndInOneOrder() throws Exception {
        List<List<ChatMessage>> said = List.of(new ArrayList<>(), new ArrayList<>());
        ExecutorService writers = Executors.newFixedThreadPool(said.size());
        try (BadLine line = new BadLine(folder)) {
            List<Future<?>> running = new ArrayList<>();
            for (List<ChatMessage> mine : said) {
                int writer = running.size();
                SplittableRandom own = random.split();
                running.add(writers.submit(() -> write(line, writer, mine, own)));
            }
            for (Future<?> each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
            line.deliverWhatWasHeldBack();
            try (HttpDurableStreams one = line.connectDirectly();
                    HttpDurableStreams other = line.connectDirectly()) {
                List<ChatMessage> window = open(one, Duration.ofSeconds(30)).getMessages("chat");
                assertThat(window).as("seed %d", seed).hasSize(4 * TURNS);
                for (List<ChatMessage> each : said) {
                    assertThat(window).as("seed %d", seed).containsSubsequence(each);
                }
                assertThat(open(other, Duration.ofSeconds(30)).getMessages("chat"))
                        .isEqualTo(window);
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private void write(BadLine line, int writer, List<ChatMessage> said, SplittableRandom own) {
        boolean isPatient = writer == 0;
        try (HttpDurableStreams streams = line.connect(isPatient ? 6 : 1)) {
            DurableStreamChatMemoryStore store = open(streams, isPatient ? Duration.ofSeconds(30) : AT_ONCE);
            ChatMemory memory = MessageWindowChatMemory.builder()
                    .id("chat")
                    .maxMessages(10_000)
                    .chatMemoryStore(store)
                    .build();
            for (int turn = 0; turn < TURNS; turn++) {
                line.spoil(own.nextInt(4), own);
                for (ChatMessage message : List.of(
                        UserMessage.from("question " + turn + " of " + writer),
                        AiMessage.from("answer " + turn + " to " + writer))) {
                    said.add(message);
                    Insisting.insist(() -> memory.add(message));
                }
            }
        }
    }
}
