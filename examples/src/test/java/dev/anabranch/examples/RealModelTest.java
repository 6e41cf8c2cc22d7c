package dev.anabranch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.examples.model.Models;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples on a model behind OpenAI's interface. */
final class RealModelTest {

    private final FakeOpenAi server = new FakeOpenAi();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "first-fork | 425 of your 600 euros are left",
                "conversation-tree | 420 of your 500 euros are left",
                "specialists | Booked: the boat to Passau",
                "self-branching | Booked: the train for 80 euros",
                "scratch-probe | You have booked nothing"
            })
    void anExampleRunsOnARealModel(String name, String said) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            Examples.all().get(name).run(new Stage(folder, Models.from(server.environment()), out, Map.of()));
        }

        assertThat(server.problems()).isEmpty();
        assertThat(server.requests()).hasSizeGreaterThan(2);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("model fake-1 at http://127.0.0.1:")
                .contains(said)
                .doesNotContain(FakeOpenAi.KEY);
    }

    @Test
    void aRealModelStreamsAndCallsToolsInSessionsAndTheirBranches() throws Exception {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
                AgentSessions sessions = AgentSessions.of(streams)) {
            DurableStreamChatMemoryStore store =
                    DurableStreamChatMemoryStore.builder().streams(streams).build();
            StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                    .streamingChatModel(Models.from(server.environment()).streaming())
                    .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
                            .id(id)
                            .maxMessages(50)
                            .chatMemoryStore(store)
                            .build())
                    .tools(new TravelDesk())
                    .build();

            List<String> words = ask(assistant, "trip", "What is the price of the boat? And the price of the train?");
            AgentSession branch = sessions.session("trip").fork(ForkPoint.now(), "branch");
            ask(assistant, branch.id(), "Book it.");

            assertThat(words).hasSizeGreaterThan(5);
            assertThat(String.join("", words)).isEqualTo("The boat costs 240 euros. The train costs 80 euros.");
            assertThat(branch.history())
                    .extracting(HistoryMessage::role)
                    .containsExactly("USER", "AI", "TOOL", "TOOL", "AI", "USER", "AI");
            assertThat(branch.latest(1).messages().get(0).text()).isEqualTo("Booked: the train for 80 euros.");
            assertThat(server.problems()).isEmpty();
            JsonNode request = server.requests().get(0);
            assertThat(request.path("stream").asBoolean()).isTrue();
            assertThat(request.at("/tools/0/function/name").asText()).isEqualTo("priceOf");
        }
    }

    /** The words of the answer, as they came. */
    private static List<String> ask(StreamingAssistant assistant, String session, String text) throws Exception {
        List<String> words = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> answered = new CompletableFuture<>();
        assistant
                .chat(session, text)
                .onPartialResponse(words::add)
                .onCompleteResponse(response -> answered.complete(null))
                .onError(answered::completeExceptionally)
                .start();
        answered.get();
        return words;
    }
}
