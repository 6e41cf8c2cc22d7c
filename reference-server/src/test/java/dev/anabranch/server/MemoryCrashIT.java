package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.memory.DurableStreamChatMemory;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.memory.Insisting;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.FaultProxy;
import dev.anabranch.stream.HttpDurableStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed again and again in the middle of conversations. In the end each memory holds what was said in
 * it, each message once, and its window is what LangChain4j's own store would hold.
 *
 * <p>{@code -Danabranch.crash.rounds=N} makes it long.
 */
class MemoryCrashIT {

    private static final int ROUNDS = Integer.getInteger("anabranch.crash.rounds", 3);
    private static final int AGENTS = 4;
    private static final int WINDOW = 6;
    private static final int MESSAGES_BEFORE_A_KILL = 60;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("anabranch.crash.seed", System.nanoTime());
    private final Semaphore added = new Semaphore(0);
    private volatile boolean finished;

    @Test
    void everyMessageIsKeptOnceWhereverTheServerDied() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService pool = Executors.newFixedThreadPool(AGENTS);
        ServerProcess server = ServerProcess.start(folder);
        try (FaultProxy line = FaultProxy.to(server.uri().resolve("/v1/stream"));
                HttpDurableStreams streams = HttpDurableStreams.builder(line.uri())
                        .backoff(Duration.ofMillis(10), Duration.ofMillis(50))
                        .build();
                DurableStreamChatMemoryStore store =
                        DurableStreamChatMemoryStore.builder().streams(streams).build()) {
            List<Future<List<ChatMessage>>> agents = new ArrayList<>();
            for (int i = 0; i < AGENTS; i++) {
                int number = i;
                agents.add(pool.submit(() -> talk(memory(store, number), "agent " + number)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(added.tryAcquire(1 + random.nextInt(MESSAGES_BEFORE_A_KILL), 60, TimeUnit.SECONDS))
                        .isTrue();
                server.kill();
                server = ServerProcess.start(folder);
                line.leadTo(server.uri().resolve("/v1/stream"));
            }
            finished = true;
            for (int i = 0; i < AGENTS; i++) {
                assertHeld(server, id(i), agents.get(i).get(60, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
            server.close();
        }
    }

    private static String id(int agent) {
        return "memory-" + agent;
    }

    private static ChatMemory memory(DurableStreamChatMemoryStore store, int agent) {
        return agent % 2 == 0
                ? window(new Insisting(store), id(agent))
                : DurableStreamChatMemory.builder()
                        .id(id(agent))
                        .store(store)
                        .maxMessages(WINDOW)
                        .build();
    }

    private static ChatMemory window(ChatMemoryStore store, String id) {
        return MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(WINDOW)
                .chatMemoryStore(store)
                .build();
    }

    private List<ChatMessage> talk(ChatMemory memory, String name) {
        List<ChatMessage> said = new ArrayList<>();
        for (int turn = 0; !finished; turn++) {
            for (ChatMessage message : List.of(
                    UserMessage.from("question " + turn + " to " + name),
                    AiMessage.from("answer " + turn + " of " + name))) {
                said.add(message);
                Insisting.insist(() -> {
                    memory.add(message);
                    return true;
                });
                added.release();
            }
        }
        return said;
    }

    private void assertHeld(ServerProcess server, String id, List<ChatMessage> said) {
        ChatMemory oracle = window(new InMemoryChatMemoryStore(), id);
        said.forEach(oracle::add);
        try (DurableStreamChatMemoryStore fresh = DurableStreamChatMemoryStore.builder()
                .baseUrl(server.uri() + "/v1/stream")
                .build()) {
            assertThat(fresh.session(id).history())
                    .as("seed %d, %s", seed, id)
                    .extracting(HistoryMessage::message)
                    .isEqualTo(said.stream().map(Optional::of).toList());
            assertThat(fresh.getMessages(id)).as("seed %d, %s", seed, id).isEqualTo(oracle.messages());
        }
    }
}
