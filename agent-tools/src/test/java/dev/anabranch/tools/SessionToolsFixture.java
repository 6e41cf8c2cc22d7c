package dev.anabranch.tools;

import static dev.anabranch.branch.ScriptedModel.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.branch.Backend;
import dev.anabranch.branch.ScriptedModel;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An agent with session tools, and a model that calls them as a test says. */
abstract class SessionToolsFixture {

    static final ObjectMapper JSON = new ObjectMapper();

    interface Assistant {
        String chat(@MemoryId Object id, @dev.langchain4j.service.UserMessage String text);
    }

    interface Plain {
        String chat(String text);
    }

    interface Streaming {
        TokenStream chat(@MemoryId Object id, @dev.langchain4j.service.UserMessage String text);
    }

    /** Another tool beside ours. */
    static final class Calculator {
        @Tool
        public int add(int a, int b) {
            return a + b;
        }
    }

    final Backend backend;
    final String id = "chat-" + UUID.randomUUID();
    DurableStreams streams;
    AgentSessions sessions;
    DurableStreamChatMemoryStore store;
    AgentSession session;
    SessionTools tools;

    SessionToolsFixture(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        sessions = AgentSessions.of(streams);
        store = DurableStreamChatMemoryStore.builder().streams(streams).build();
        session = sessions.session(id);
        tools = SessionTools.builder(sessions).build();
    }

    @AfterEach
    void close() {
        store.close();
        sessions.close();
        streams.close();
    }

    ChatMemory memory(Object memoryId) {
        return MessageWindowChatMemory.builder()
                .id(memoryId)
                .maxMessages(100)
                .chatMemoryStore(store)
                .build();
    }

    /** Calls the tool once, then says what it was told. */
    static ScriptedModel calling(ToolExecutionRequest... calls) {
        return new ScriptedModel(messages -> messages.get(messages.size() - 1) instanceof UserMessage
                ? AiMessage.from(List.of(calls))
                : AiMessage.from("done"));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(text, noJson);
        }
    }

    /** What the tools answered in the session, oldest first. */
    static List<JsonNode> results(AgentSession session) {
        return session.history().stream()
                .map(HistoryMessage::message)
                .flatMap(Optional::stream)
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(result -> json(((ToolExecutionResultMessage) result).text()))
                .toList();
    }

    static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }

    String execute(String tool, String callId, String arguments) {
        ToolExecutor executor = tools.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(tool))
                .findFirst()
                .orElseThrow()
                .getValue();
        return executor.execute(request(callId, tool, arguments), id);
    }
}
