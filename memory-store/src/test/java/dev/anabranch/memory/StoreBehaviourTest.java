package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.MemoryStreams;
import dev.anabranch.session.MemoryStreams.Fault;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.session.SessionsOptions;
import dev.anabranch.stream.AccessDeniedException;
import dev.anabranch.stream.ForwardingStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoreBehaviourTest {

    private final MemoryStreams streams = new MemoryStreams(false);
    private final DurableStreamChatMemoryStore store =
            DurableStreamChatMemoryStore.builder().streams(streams).build();

    private static List<ChatMessage> numbered(int count) {
        return IntStream.range(0, count)
                .<ChatMessage>mapToObj(i -> UserMessage.from("message " + i))
                .toList();
    }

    @Test
    void anUpdateIsOneAppendAndAnUnchangedOneIsNone() {
        store.updateMessages("chat", numbered(3));
        streams.requests();

        store.updateMessages("chat", store.getMessages("chat"));
        assertThat(streams.requests()).containsExactly("read sessions/chat");

        List<ChatMessage> window = store.getMessages("chat");
        window.add(AiMessage.from("more"));
        window.remove(0);
        streams.requests();
        store.updateMessages("chat", window);
        assertThat(streams.requests()).containsExactly("append sessions/chat");
        assertThat(store.getMessages("chat")).isEqualTo(window);
        assertThat(streams.requests()).containsExactly("read sessions/chat");
    }

    @Test
    void aLostAnswerNeitherLosesNorDuplicates() {
        for (Fault fault : List.of(Fault.LOSE_ANSWER, Fault.LOSE_REQUEST)) {
            String id = "chat-" + fault;
            ChatMemory memory = MessageWindowChatMemory.builder()
                    .id(id)
                    .maxMessages(4)
                    .chatMemoryStore(store)
                    .build();
            memory.add(UserMessage.from("first"));
            for (int i = 0; i < 6; i++) {
                streams.next(fault);
                memory.add(UserMessage.from("message " + i));
            }
            streams.next(fault);
            memory.clear();
            memory.add(AiMessage.from("again"));

            assertThat(store.getMessages(id)).containsExactly(AiMessage.from("again"));
            assertThat(store.session(id).history()).hasSize(8);
        }
    }

    @Test
    void whatACallCouldNotFindOutTheNextOneDoes() {
        DurableStreamChatMemoryStore impatient = DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .deadline(Duration.ofNanos(1))
                .build();
        for (Fault fault : List.of(Fault.LOSE_ANSWER, Fault.LOSE_REQUEST)) {
            String id = "chat-" + fault;
            ChatMessage hello = UserMessage.from("hello");
            ChatMessage more = AiMessage.from("more");
            impatient.updateMessages(id, List.of(hello));
            streams.next(fault);

            assertThatThrownBy(() -> impatient.updateMessages(id, List.of(hello, more)))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("may have been written");
            impatient.updateMessages(id, List.of(hello, more));

            assertThat(impatient.getMessages(id)).containsExactly(hello, more);
            assertThat(store.session(id).history()).hasSize(2);
        }
    }

    @Test
    void whetherAnAppendWasWrittenIsUnknownUntilTheStreamCanBeRead() {
        boolean[] lost = {false};
        DurableStreamChatMemoryStore cutOff = DurableStreamChatMemoryStore.builder()
                .streams(new ForwardingStreams(streams) {
                    @Override
                    public StreamPage read(StreamName name, Offset from) {
                        if (lost[0]) {
                            throw new AccessDeniedException("no more reading");
                        }
                        return super.read(name, from);
                    }
                })
                .build();
        ChatMessage hello = UserMessage.from("hello");
        cutOff.updateMessages("chat", List.of(hello));
        streams.next(Fault.LOSE_ANSWER);
        lost[0] = true;

        assertThatThrownBy(() -> cutOff.updateMessages("chat", List.of(hello, AiMessage.from("more"))))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("may have been written")
                .hasMessageContaining("no more reading");
        assertThat(store.getMessages("chat")).hasSize(2);
    }

    @Test
    void aCallWaitsForOthersNoLongerThanItsDeadline() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        DurableStreamChatMemoryStore slow = DurableStreamChatMemoryStore.builder()
                .streams(new ForwardingStreams(streams) {
                    @Override
                    public StreamPage read(StreamName name, Offset from) {
                        reading.countDown();
                        try {
                            answered.await();
                        } catch (InterruptedException never) {
                            throw new AssertionError(never);
                        }
                        return super.read(name, from);
                    }
                })
                .deadline(Duration.ofMillis(50))
                .build();
        store.updateMessages("chat", numbered(1));
        CompletableFuture<List<ChatMessage>> first = CompletableFuture.supplyAsync(() -> slow.getMessages("chat"));
        reading.await();

        assertThatThrownBy(() -> slow.getMessages("chat"))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("other calls were still under way");
        answered.countDown();
        assertThat(first.get()).hasSize(1);
    }

    @Test
    void whatIsAddedAgainAfterAFailureIsAddedOnce() {
        DurableStreamChatMemoryStore impatient = DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .deadline(Duration.ofNanos(1))
                .build();
        for (Fault fault : List.of(Fault.LOSE_ANSWER, Fault.LOSE_REQUEST)) {
            ChatMemory nativeMemory = DurableStreamChatMemory.builder()
                    .id("native-" + fault)
                    .store(impatient)
                    .maxMessages(2)
                    .build();
            ChatMemory window = MessageWindowChatMemory.builder()
                    .id("window-" + fault)
                    .maxMessages(10)
                    .chatMemoryStore(impatient)
                    .build();
            AgentSession session = impatient.sessions().session("session-" + fault);
            session.append(numbered(1).get(0));
            ChatMessage yes = UserMessage.from("yes");

            for (ChatMemory memory : List.of(nativeMemory, window)) {
                memory.add(numbered(2));
                streams.next(fault);
                assertThatThrownBy(() -> memory.add(yes)).isInstanceOf(RetriableException.class);
                memory.add(yes);
                memory.add(yes); // this one is meant
            }
            streams.next(fault);
            assertThatThrownBy(() -> session.append(yes)).isInstanceOf(StreamsUnavailableException.class);
            assertThat(session.append(yes).messages())
                    .singleElement()
                    .extracting(HistoryMessage::text)
                    .isEqualTo("yes");
            assertThat(session.append(yes).repeated()).isFalse();

            assertThat(nativeMemory.messages()).containsExactly(yes, yes);
            assertThat(window.messages()).endsWith(yes, yes).hasSize(4);
            assertThat(session.history()).hasSize(3);
            assertThat(store.session("native-" + fault).history()).hasSize(4);
        }
    }

    @Test
    void aNativeMemoryThatIsBehindAddsToWhatIsThere() {
        DurableStreamChatMemoryStore other =
                DurableStreamChatMemoryStore.builder().streams(streams).build();
        ChatMemory here = memory(store);
        ChatMemory there = memory(other);
        here.add(SystemMessage.from("be kind"));
        there.add(UserMessage.from("one"));
        here.add(UserMessage.from("two"));
        there.add(SystemMessage.from("be brief"));
        here.add(SystemMessage.from("be kind"));

        assertThat(here.messages())
                .containsExactly(SystemMessage.from("be kind"), UserMessage.from("one"), UserMessage.from("two"));
        assertThat(there.messages()).isEqualTo(here.messages());
    }

    private static ChatMemory memory(DurableStreamChatMemoryStore store) {
        return DurableStreamChatMemory.builder().id("both").store(store).build();
    }

    @Test
    void whatCannotBeKeptIsRefusedBeforeTheSessionIsMade() {
        ChatMessage awkward = UserMessage.builder()
                .addContent(TextContent.from("hello"))
                .attributes(Map.of("thread", new Thread()))
                .build();

        assertThatThrownBy(() -> store.updateMessages("chat", List.of(awkward)))
                .isInstanceOf(NonRetriableException.class)
                .hasMessageContaining("java.lang.Thread");
        assertThat(store.session("chat").exists()).isFalse();
        assertThat(store.sessions().list(SessionQuery.DEFAULTS).sessions()).isEmpty();
    }

    @Test
    void agentsThatShareAStoreNeverMix() {
        DurableStreamChatMemoryStore planner = store.forAgent("planner");
        DurableStreamChatMemoryStore critic = store.forAgent("critic");
        store.updateMessages("chat", numbered(1));
        planner.updateMessages("chat", numbered(2));
        critic.updateMessages("chat", numbered(3));

        assertThat(store.getMessages("chat")).hasSize(1);
        assertThat(planner.getMessages("chat")).hasSize(2);
        assertThat(critic.getMessages("chat")).hasSize(3);
        assertThat(planner.getMessages(planner.session("chat").id())).hasSize(2);
    }

    @Test
    void agentsNeverMixHoweverLongTheIdIs() {
        DurableStreamChatMemoryStore planner = store.forAgent("planner");
        DurableStreamChatMemoryStore critic = store.forAgent("critic");
        for (int length : List.of(480, 600)) {
            String id = "x".repeat(length);
            store.updateMessages(id, numbered(1));
            planner.updateMessages(id, numbered(2));
            critic.updateMessages(id, numbered(3));

            assertThat(store.getMessages(id)).hasSize(1);
            assertThat(planner.getMessages(id)).hasSize(2);
            assertThat(critic.getMessages(id)).hasSize(3);
            assertThat(planner.getMessages(planner.session(id).id())).hasSize(2);
        }
    }

    @Test
    void anAgentWithinAnAgentKnowsItsSessionsByTheirIds() {
        DurableStreamChatMemoryStore inner = store.forAgent("planner").forAgent("critic");
        inner.updateMessages("chat", numbered(2));
        AgentSession session = inner.session("chat");

        assertThat(inner.getMessages(session.id())).hasSize(2);
        assertThat(inner.getMessages(session.fork(ForkPoint.now(), "branch").id()))
                .hasSize(2);
        assertThat(store.forAgent("planner").getMessages("chat")).isEmpty();
    }

    @Test
    void theIdOfAnySessionIsAMemoryIdOfIt() {
        for (Object id : List.of("plain", "with space", 42, UUID.randomUUID(), "", "x".repeat(2_000))) {
            store.updateMessages(id, numbered(2));
            assertThat(store.getMessages(store.session(id).id())).hasSize(2);
        }
        assertThat(store.session("chat-123").id()).isEqualTo("chat-123");
        assertThat(store.session(42).id()).isEqualTo("=int.42");
    }

    @Test
    void manyMoreSessionsThanFitInMemoryWork() {
        DurableStreamChatMemoryStore small = DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .options(SessionsOptions.DEFAULTS.withSessionsMax(5))
                .build();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 40; i++) {
                List<ChatMessage> window = small.getMessages("chat-" + i);
                window.add(UserMessage.from("round " + round));
                small.updateMessages("chat-" + i, window);
            }
        }
        for (int i = 0; i < 40; i++) {
            assertThat(small.getMessages("chat-" + i)).hasSize(3);
        }
    }

    @Test
    void anotherStoreIsImportedOnce() {
        InMemoryChatMemoryStore old = new InMemoryChatMemoryStore();
        old.updateMessages("chat", numbered(5));

        assertThat(store.importFrom(old, "chat")).isEqualTo(5);
        store.importFrom(old, "chat");

        assertThat(store.getMessages("chat")).isEqualTo(numbered(5));
        assertThat(store.session("chat").history()).hasSize(5);
    }

    @Test
    void theNativeMemoryKeepsTheSystemMessageFirstAndToolResultsWithTheirCall() {
        DurableStreamChatMemory memory = DurableStreamChatMemory.builder()
                .id("native")
                .store(store)
                .maxMessages(3)
                .build();
        memory.add(UserMessage.from("one"));
        memory.add(SystemMessage.from("be kind"));
        memory.add(AiMessage.from("two"));
        streams.requests();
        memory.add(UserMessage.from("three"));

        assertThat(streams.requests()).containsExactly("append sessions/native");
        assertThat(memory.messages())
                .containsExactly(SystemMessage.from("be kind"), AiMessage.from("two"), UserMessage.from("three"));
        memory.add(SystemMessage.from("be brief"));
        assertThat(memory.messages())
                .containsExactly(SystemMessage.from("be brief"), AiMessage.from("two"), UserMessage.from("three"));
        assertThat(memory.session().history()).hasSize(5);
        memory.clear();
        assertThat(memory.messages()).isEmpty();
        assertThat(store.sessions().list(SessionQuery.DEFAULTS).sessions())
                .extracting(SessionInfo::id)
                .containsExactly("native");
    }

    /** Whatever lists are handed in, they come out; whatever was evicted stays in the history. */
    @Test
    void randomListsComeBackAsTheyWere() {
        for (long seed = 0; seed < 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemoryStreams target = new MemoryStreams(seed % 2 == 0).withPages(1 + random.nextInt(20));
            RandomLists.check(seed, random, target);
        }
    }
}
