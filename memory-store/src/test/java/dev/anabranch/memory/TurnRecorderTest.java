package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.compare.Comparison;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.MemoryStreams;
import dev.anabranch.session.Turn;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnRecorderTest {

    private static final ToolExecutionRequest CALL =
            ToolExecutionRequest.builder().id("1").name("look").arguments("{}").build();

    private final MemoryStreams streams = new MemoryStreams(true);
    private final DurableStreamChatMemoryStore store =
            DurableStreamChatMemoryStore.builder().streams(streams).build();
    private final ChatMemoryProvider memories = id -> MessageWindowChatMemory.builder()
            .id(id)
            .maxMessages(20)
            .chatMemoryStore(store)
            .build();

    interface Assistant {
        String chat(@MemoryId Object id, @UserMessage String text);
    }

    interface Narrator {
        TokenStream chat(@MemoryId Object id, @UserMessage String text);
    }

    static final class Eyes {
        @Tool
        String look() {
            return "a river";
        }
    }

    /** Asks for a tool first, if asked to look, and fails if asked to. */
    private static ChatResponse answer(ChatRequest request) {
        String asked = request.messages().get(0).toString();
        if (asked.contains("fail")) {
            throw new IllegalStateException("the model is down");
        }
        boolean hasLooked = request.messages().stream().anyMatch(ToolExecutionResultMessage.class::isInstance);
        AiMessage message = asked.contains("look") && !hasLooked ? AiMessage.from(CALL) : AiMessage.from("done");
        return ChatResponse.builder()
                .aiMessage(message)
                .modelName("scripted")
                .tokenUsage(new TokenUsage(10, 2))
                .build();
    }

    private static final class BlockingModel implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            return answer(request);
        }
    }

    private static final class StreamingModel implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            handler.onCompleteResponse(answer(request));
        }
    }

    private Assistant assistant(TurnRecorder recorder) {
        return AiServices.builder(Assistant.class)
                .chatModel(new BlockingModel())
                .chatMemoryProvider(memories)
                .tools(new Eyes())
                .registerListeners(recorder.listeners())
                .build();
    }

    @Test
    void eachAnswerOfTheModelIsCountedAndEachCallIsATurn() {
        Assistant assistant = assistant(TurnRecorder.of(store));
        assistant.chat("chat", "look around");

        AgentSession session = store.session("chat");
        assertThat(session.entries(Usage.ENTRY_TYPE)).hasSize(2);
        List<Turn> turns = turns(session);
        assertThat(turns).singleElement().satisfies(turn -> {
            assertThat(turn.service()).endsWith("Assistant.chat");
            assertThat(turn.failure()).isEmpty();
        });
        assertThat(session.entries(Usage.ENTRY_TYPE)).allSatisfy(entry -> {
            assertThat(entry.value().path("turn").asText())
                    .isEqualTo(turns.get(0).id());
            assertThat(entry.value().path("model").asText()).isEqualTo("scripted");
            assertThat(Usage.of(entry)).map(Usage::totalTokens).contains(12L);
        });
        assertThat(session.window()).hasSize(4);
        assertThat(session.history()).hasSize(4);
    }

    @Test
    void whatABranchUsesIsTheBranchs() {
        Assistant assistant = assistant(TurnRecorder.of(store));
        assistant.chat("chat", "hello");
        AgentSession session = store.session("chat");
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        assistant.chat(branch.id(), "again");
        assistant.chat(branch.id(), "and again");

        Comparison comparison = Comparison.of(session, branch);

        assertThat(comparison.left().tokens()).isEmpty();
        assertThat(comparison.right().tokens()).hasValue(24);
    }

    @Test
    void aFailedCallIsATurnThatFailed() {
        Assistant assistant = assistant(TurnRecorder.of(store));
        assertThatThrownBy(() -> assistant.chat("chat", "fail")).isInstanceOf(IllegalStateException.class);

        assertThat(turns(store.session("chat")))
                .extracting(Turn::failure)
                .containsExactly(Optional.of(IllegalStateException.class.getName()));
    }

    @Test
    void streamedTurnsAreRecordedAsWell() throws Exception {
        Narrator narrator = AiServices.builder(Narrator.class)
                .streamingChatModel(new StreamingModel())
                .chatMemoryProvider(memories)
                .tools(new Eyes())
                .registerListeners(TurnRecorder.of(store).listeners())
                .build();
        CompletableFuture<ChatResponse> response = new CompletableFuture<>();
        narrator.chat("chat", "look around")
                .onPartialResponse(ignored -> {})
                .onCompleteResponse(response::complete)
                .onError(response::completeExceptionally)
                .start();
        response.get(30, TimeUnit.SECONDS);

        AgentSession session = store.session("chat");
        assertThat(session.entries(Usage.ENTRY_TYPE)).hasSize(2);
        assertThat(turns(session)).hasSize(1);
        assertThat(session.window()).hasSize(4);
    }

    @Test
    void whatCannotBeRecordedDisturbsNoAgent() {
        DurableStreamChatMemoryStore hasty = DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .deadline(Duration.ofNanos(1))
                .build();
        List<RuntimeException> failures = new ArrayList<>();
        Assistant assistant = assistant(TurnRecorder.of(hasty, failed -> {
            failures.add(failed);
            streams.next(MemoryStreams.Fault.NONE);
        }));
        assistant.chat("chat", "hello");
        streams.next(MemoryStreams.Fault.NONE);
        streams.next(MemoryStreams.Fault.LOSE_REQUEST);

        assertThat(assistant.chat("chat", "hello again")).isEqualTo("done");

        assertThat(failures)
                .hasSize(1)
                .allSatisfy(each -> assertThat(each).isInstanceOf(StreamsUnavailableException.class));
        assertThat(store.session("chat").entries(Usage.ENTRY_TYPE)).hasSize(1);
        assertThat(store.getMessages("chat")).hasSize(4);
    }

    private static List<Turn> turns(AgentSession session) {
        return session.entries(Turn.ENTRY_TYPE).stream()
                .flatMap(entry -> Turn.of(entry).stream())
                .toList();
    }
}
