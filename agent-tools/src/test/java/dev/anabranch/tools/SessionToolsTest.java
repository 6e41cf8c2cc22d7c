package dev.anabranch.tools;

import static dev.anabranch.branch.ScriptedModel.call;
import static dev.anabranch.branch.ScriptedModel.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.branch.Backend;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchLimits;
import dev.anabranch.branch.ScriptedModel;
import dev.anabranch.forward.Receipt;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Backend.class)
class SessionToolsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

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

    private final Backend backend;
    private final String id = "chat-" + UUID.randomUUID();
    private DurableStreams streams;
    private AgentSessions sessions;
    private DurableStreamChatMemoryStore store;
    private AgentSession session;
    private SessionTools tools;

    SessionToolsTest(Backend backend) {
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

    private ChatMemory memory(Object memoryId) {
        return MessageWindowChatMemory.builder()
                .id(memoryId)
                .maxMessages(100)
                .chatMemoryStore(store)
                .build();
    }

    /** Calls the tool once, then says what it was told. */
    private static ScriptedModel calling(ToolExecutionRequest... calls) {
        return new ScriptedModel(messages -> messages.get(messages.size() - 1) instanceof UserMessage
                ? AiMessage.from(List.of(calls))
                : AiMessage.from("done"));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(text, noJson);
        }
    }

    /** What the tools answered in the session, oldest first. */
    private static List<JsonNode> results(AgentSession session) {
        return session.history().stream()
                .map(HistoryMessage::message)
                .flatMap(Optional::stream)
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(result -> json(((ToolExecutionResultMessage) result).text()))
                .toList();
    }

    private static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }

    private String execute(String tool, String callId, String arguments) {
        ToolExecutor executor = tools.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(tool))
                .findFirst()
                .orElseThrow()
                .getValue();
        return executor.execute(request(callId, tool, arguments), id);
    }

    @Test
    void aModelBranchesItsSessionAndLearnsTheNewKey() {
        ScriptedModel model = calling(request("t1", "branch_session", "{\"label\":\"safe point\"}"));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat(id, "Make a safe point")).isEqualTo("done");

        SessionInfo branch = session.children().get(0);
        JsonNode reply = results(session).get(0);
        assertThat(reply.path("sessionKey").asText()).isEqualTo("session:" + branch.id());
        assertThat(reply.path("label").asText()).isEqualTo("safe point").isEqualTo(branch.label());
        assertThat(reply.path("forkPoint").asInt()).isEqualTo(1);
        assertThat(reply.path("messageCount").asInt()).isEqualTo(1);
        assertThat(texts(sessions.session(branch.id()))).containsExactly("Make a safe point");
        assertThat(session.history()).hasSize(4);
    }

    @Test
    void theBranchNeverHoldsHalfOfParallelToolCalls() {
        ScriptedModel model = calling(
                request("t1", "add", "{\"a\":1,\"b\":2}"), request("t2", "branch_session", "{\"label\":\"b\"}"));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(new Calculator())
                .tools(tools)
                .build();
        assistant.chat(id, "both");

        assertThat(sessions.session(session.children().get(0).id()).window()).containsExactly(UserMessage.from("both"));
    }

    @Test
    void twoBranchesInOneMessageAreTwoAlsoWhenTheyLookTheSameAndRunConcurrently() {
        ScriptedModel model = calling(request("t1", "branch_session", "{}"), request("t2", "branch_session", "{}"));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .executeToolsConcurrently()
                .build();
        assistant.chat(id, "twice");

        assertThat(session.children()).hasSize(2);
        assertThat(results(session))
                .extracting(reply -> reply.path("sessionKey").asText())
                .doesNotHaveDuplicates();
    }

    @Test
    void theSameCallIdInALaterTurnIsAnotherCall() {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(calling(request("call_1", "branch_session", "{}")).chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build();
        assistant.chat(id, "one");
        assistant.chat(id, "two");

        assertThat(session.children()).hasSize(2);
    }

    @Test
    void aCallWhoseMessageIsNotInTheSessionYetIsNoneOfAnEarlierTurn() {
        session.append(UserMessage.from("one"));
        session.append(call("call_1", "branch_session", "{}"));
        String first = execute("branch_session", "call_1", "{}");
        session.append(
                ToolExecutionResultMessage.from("call_1", "branch_session", first),
                AiMessage.from("done"),
                UserMessage.from("two"));
        String whileStreaming = execute("branch_session", "call_1", "{}");
        session.append(call("call_1", "branch_session", "{}"));
        String retried = execute("branch_session", "call_1", "{}");

        assertThat(whileStreaming).isNotEqualTo(first);
        assertThat(retried).isEqualTo(whileStreaming);
        assertThat(session.children()).hasSize(2);
    }

    @Test
    void theSameCallRetriedOrReplayedGivesTheSameBranch() {
        session.append(UserMessage.from("hello"));
        session.append(call("t1", "branch_session", "{}"));
        String first = execute("branch_session", "t1", "{}");
        String retried = execute("branch_session", "t1", "{}");
        session.append(ToolExecutionResultMessage.from("t1", "branch_session", first));
        String replayed = execute("branch_session", "t1", "{}");
        session.append(AiMessage.from("done"));
        String idle = execute("branch_session", "t1", "{}");

        assertThat(retried).isEqualTo(first);
        assertThat(replayed).isEqualTo(first);
        assertThat(idle).isEqualTo(first);
        assertThat(session.children()).hasSize(1);
    }

    @Test
    void withoutAMemoryIdTheToolsActOnTheSessionOfTheMemory() {
        ScriptedModel model = calling(request("t1", "branch_session", "{}"));
        Plain assistant = AiServices.builder(Plain.class)
                .chatModel(model.chat())
                .chatMemory(memory(id))
                .tools(tools)
                .build();
        assistant.chat("no id");

        assertThat(session.children()).hasSize(1);
        assertThat(sessions.find("default")).isEmpty();
    }

    @Test
    void twoAgentsWithoutMemoryIdsEachBranchTheirOwnSession() {
        AgentSession other = sessions.session(id + "-other");
        ScriptedModel model = calling(request("t1", "branch_session", "{}"));
        for (AgentSession each : List.of(session, other)) {
            AiServices.builder(Plain.class)
                    .chatModel(model.chat())
                    .chatMemory(memory(each.id()))
                    .tools(tools)
                    .build()
                    .chat("I am " + each.id());
        }

        assertThat(session.children()).hasSize(1);
        assertThat(other.children()).hasSize(1);
    }

    @Test
    void toolsBoundToAMemoryActOnItWhoeverCalls() {
        session.append(UserMessage.from("hello"), AiMessage.from("hi"));
        SessionTools bound = SessionTools.builder(sessions).memory(memory(id)).build();
        AiServices.builder(Plain.class)
                .chatModel(calling(request("t1", "branch_session", "{}")).chat())
                .tools(bound)
                .build()
                .chat("from a service without memory");

        assertThat(session.children()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamingModelBranchesItsSession(boolean concurrently) throws Exception {
        ScriptedModel model = calling(
                request("t1", "branch_session", "{\"label\":\"x\"}"),
                request("t2", "branch_session", "{\"label\":\"y\"}"));
        AiServices<Streaming> service = AiServices.builder(Streaming.class)
                .streamingChatModel(model.streaming())
                .chatMemoryProvider(this::memory)
                .tools(tools);
        Streaming assistant = (concurrently ? service.executeToolsConcurrently() : service).build();
        CompletableFuture<String> answer = new CompletableFuture<>();
        assistant
                .chat(id, "stream")
                .onPartialResponse(part -> {})
                .onCompleteResponse(
                        response -> answer.complete(response.aiMessage().text()))
                .onError(answer::completeExceptionally)
                .start();

        assertThat(answer.get()).isEqualTo("done");
        assertThat(session.children()).extracting(SessionInfo::label).containsExactlyInAnyOrder("x", "y");
        assertThat(session.children())
                .allSatisfy(branch ->
                        assertThat(texts(sessions.session(branch.id()))).containsExactly("stream"));
    }

    @Test
    void theToolsWorkBesideOthersInOneCall() {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(calling(request("t1", "branch_session", "{\"at_message\":0,\"label\":\"l\"}"))
                        .chat())
                .chatMemoryProvider(this::memory)
                .tools(tools, new Calculator())
                .build();
        assistant.chat(id, "mixed");

        assertThat(session.children()).extracting(SessionInfo::label).containsExactly("l");
    }

    @Test
    void theToolsAreAToolProvider() {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(calling(request("t1", "branch_session", "{}")).chat())
                .chatMemoryProvider(this::memory)
                .toolProvider(tools)
                .build();
        assistant.chat(id, "provided");

        assertThat(session.children()).hasSize(1);
    }

    @Test
    void atMessageIncludesThatMessageAndForkPointCountsThem() {
        session.append(UserMessage.from("m0"), AiMessage.from("m1"), UserMessage.from("m2"), AiMessage.from("m3"));

        JsonNode at = json(execute("branch_session", "a", "{\"at_message\":1}"));
        JsonNode text = json(execute("branch_session", "b", "{\"at_message\":\"1\"}"));
        JsonNode point = json(execute("branch_session", "c", "{\"fork_point\":2}"));
        JsonNode now = json(execute("branch_session", "d", ""));

        assertThat(List.of(at, text, point))
                .allSatisfy(
                        reply -> assertThat(reply.path("messageCount").asInt()).isEqualTo(2));
        assertThat(texts(sessions.session(at.path("id").asText()))).containsExactly("m0", "m1");
        assertThat(now.path("messageCount").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"at_message\":9}",
                "{\"at_message\":-1}",
                "{\"at_message\":2147483648}",
                "{\"at_message\":1.5}",
                "{\"at_message\":\"five\"}",
                "{\"at_message\":[1]}",
                "{\"fork_point\":99}",
                "{\"at_message\":0,\"fork_point\":7}",
                "[1,2]",
                "{broken",
                "\"text\""
            })
    void whatAModelGetsWrongIsAnsweredInWords(String arguments) {
        session.append(UserMessage.from("m0"), AiMessage.from("m1"));

        JsonNode reply = json(execute("branch_session", "t1", arguments));

        assertThat(reply.path("error").asText()).isEqualTo("invalid_argument");
        assertThat(reply.path("message").asText()).isNotBlank();
        assertThat(session.children()).isEmpty();
    }

    @Test
    void aLabelIsOneLineThatPeopleWouldRead() {
        session.append(UserMessage.from("m0"));

        String lines = json(execute("branch_session", "a", "{\"label\":\" two\\nlines\\u0000 \"}"))
                .path("label")
                .asText();
        String endless = json(execute("branch_session", "b", "{\"label\":\"" + "x".repeat(5_000) + "\"}"))
                .path("label")
                .asText();

        assertThat(lines).isEqualTo("two lines");
        assertThat(endless).hasSizeLessThan(250).startsWith("xxx");
    }

    @Test
    void malformedArgumentsDoNotEndTheTurn() {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(calling(request("t1", "branch_session", "{broken")).chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat(id, "go")).isEqualTo("done");
        assertThat(results(session).get(0).path("error").asText()).isEqualTo("invalid_argument");
    }

    @Test
    void everyToolAnswersInWordsWhenThereIsNoSessionOrNoSuchBranch() {
        for (String tool : List.of(
                "branch_session",
                "run_branches",
                "ask_in_scratch",
                "list_branches",
                "read_branch",
                "compare_branches",
                "bring_forward")) {
            assertThat(json(execute(tool, "t", "{}")).path("error").asText())
                    .as(tool)
                    .isNotBlank();
        }
        session.append(UserMessage.from("m0"), AiMessage.from("m1"));
        for (String tool : List.of("read_branch", "bring_forward")) {
            JsonNode reply = json(execute(tool, "t", "{\"session\":\"nowhere\"}"));
            assertThat(reply.path("error").asText()).as(tool).isEqualTo("no_such_branch");
        }
    }

    @Test
    void aModelSeesNothingOutsideItsOwnTree() {
        AgentSession foreign = sessions.session(id + "-foreign");
        foreign.append(UserMessage.from("secret"));
        session.append(UserMessage.from("m0"));

        String reply = execute("read_branch", "t", "{\"session\":\"" + foreign.id() + "\"}");

        assertThat(json(reply).path("error").asText()).isEqualTo("no_such_branch");
        assertThat(reply).doesNotContain("secret");
    }

    @Test
    void branchesAreListedReadAndComparedByKeyIdOrLabel() {
        session.append(UserMessage.from("m0"), AiMessage.from("m1"));
        JsonNode left = json(execute("branch_session", "a", "{\"label\":\"left\"}"));
        JsonNode right = json(execute("branch_session", "b", "{\"label\":\"right\"}"));
        sessions.session(left.path("id").asText()).append(UserMessage.from("go left"), AiMessage.from("went left"));
        sessions.session(right.path("id").asText()).append(UserMessage.from("go right"), AiMessage.from("went right"));

        JsonNode list = json(execute("list_branches", "c", "{}"));
        JsonNode read = json(execute("read_branch", "d", "{\"session\":\"left\",\"last\":1}"));
        JsonNode compared = json(execute(
                "compare_branches",
                "e",
                "{\"a\":\"left\",\"b\":\"" + right.path("sessionKey").asText() + "\"}"));

        assertThat(list.path("branches")).hasSize(2);
        assertThat(list.path("branches").get(0).path("lastMessage").asText()).isEqualTo("went left");
        assertThat(list.path("youMayStillMake").path("branches").asInt()).isEqualTo(8);
        assertThat(read.path("messages")).hasSize(1);
        assertThat(read.path("messages").get(0).path("text").asText()).isEqualTo("went left");
        assertThat(compared.path("commonMessages").asInt()).isEqualTo(2);
        assertThat(compared.path("b").path("answer").asText()).isEqualTo("went right");
    }

    @Test
    void aResultIsBroughtForwardOnceHoweverOftenItIsAsked() {
        session.append(UserMessage.from("m0"), AiMessage.from("m1"));
        JsonNode branch = json(execute("branch_session", "a", "{\"label\":\"idea\"}"));
        sessions.session(branch.path("id").asText()).append(UserMessage.from("think"), AiMessage.from("forty-two"));

        JsonNode first = json(execute("bring_forward", "b", "{\"session\":\"idea\"}"));
        JsonNode again = json(execute("bring_forward", "c", "{\"session\":\"idea\",\"mode\":\"answer\"}"));

        assertThat(first.path("repeated").asBoolean()).isFalse();
        assertThat(again.path("repeated").asBoolean()).isTrue();
        assertThat(again.path("receipt")).isEqualTo(first.path("receipt"));
        assertThat(session.history()).hasSize(3);
        assertThat(session.history().get(2).text())
                .contains("forty-two", branch.path("id").asText());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBroughtForwardDuringATurnNeverPartsACallFromItsResult(boolean sameSessions) {
        session.append(UserMessage.from("m0"), AiMessage.from("m1"));
        AgentSession branch = session.fork(ForkPoint.now(), "idea");
        branch.append(UserMessage.from("think"), AiMessage.from("forty-two"));
        ScriptedModel model =
                calling(request("t1", "bring_forward", "{\"session\":\"idea\"}"), request("t2", "list_branches", "{}"));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(SessionTools.builder(sameSessions ? store.sessions() : sessions)
                        .build())
                .build();
        assistant.chat(id, "bring it");
        assistant.chat(id, "and again");

        for (List<ChatMessage> sent : model.requests()) {
            for (int i = 0; i < sent.size(); i++) {
                if (sent.get(i) instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
                    assertThat(sent.subList(i + 1, i + 3)).allMatch(ToolExecutionResultMessage.class::isInstance);
                }
            }
        }
        assertThat(model.requests().get(1))
                .filteredOn(message -> message.toString().contains("brought_forward from="))
                .hasSize(1)
                .allMatch(UserMessage.class::isInstance);
        assertThat(session.history().stream()
                        .filter(message -> Receipt.of(message).isPresent()))
                .hasSize(1);
        assertThat(sessions.session(id).window()).isEqualTo(store.getMessages(id));
    }

    @Test
    void aModelFansOutToTheSameAgentAndGetsAllAnswersTogether() {
        ScriptedModel model = new ScriptedModel(messages -> {
            ChatMessage last = messages.get(messages.size() - 1);
            if (last instanceof UserMessage user && user.singleText().equals("compare")) {
                return call(
                        "t1",
                        "run_branches",
                        "{\"tasks\":[{\"label\":\"fly\",\"task\":\"try fly\"},{\"label\":\"vm\",\"task\":\"try vm\"}]}");
            }
            return AiMessage.from(last instanceof UserMessage user ? "tried: " + user.singleText() : "done");
        });
        tools = SessionTools.builder(sessions).chatModel(model.chat()).build();
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat(id, "compare")).isEqualTo("done");

        JsonNode reply = results(session).get(0);
        assertThat(reply.path("finished").asInt()).isEqualTo(2);
        assertThat(reply.path("branches").get(0).path("answer").asText()).isEqualTo("tried: try fly");
        assertThat(reply.path("branches").get(1).path("answer").asText()).isEqualTo("tried: try vm");
        assertThat(session.children()).extracting(SessionInfo::label).containsExactly("fly", "vm");
    }

    @Test
    void aQuestionInAScratchLeavesNoTrace() {
        ScriptedModel model = new ScriptedModel(messages -> {
            ChatMessage last = messages.get(messages.size() - 1);
            if (last instanceof UserMessage user && user.singleText().equals("go")) {
                return call("t1", "ask_in_scratch", "{\"question\":\"What does the user want?\"}");
            }
            return AiMessage.from(last instanceof UserMessage ? "a boat" : "done");
        });
        tools = SessionTools.builder(sessions).chatModel(model.chat()).build();
        AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build()
                .chat(id, "go");

        JsonNode reply = results(session).get(0);
        assertThat(reply.path("answer").asText()).isEqualTo("a boat");
        assertThat(reply.path("sessionUnchanged").asBoolean()).isTrue();
        assertThat(session.children()).isEmpty();
        assertThat(session.history()).hasSize(4);
    }

    @Test
    void aModelThatBranchesForEverInEveryBranchStopsAtTheLimitAndIsToldWhy() {
        ScriptedModel model = new ScriptedModel(messages -> {
            ChatMessage last = messages.get(messages.size() - 1);
            boolean refused = last instanceof ToolExecutionResultMessage result
                    && result.text().contains("limit");
            return refused
                    ? AiMessage.from("I stop.")
                    : call(
                            UUID.randomUUID().toString(),
                            "run_branches",
                            "{\"tasks\":[{\"label\":\"a\",\"task\":\"again\"},{\"label\":\"b\",\"task\":\"again\"}]}");
        });
        tools = SessionTools.builder(sessions)
                .chatModel(model.chat())
                .limits(BranchLimits.DEFAULTS
                        .withDepth(3)
                        .withBranchesPerSession(4)
                        .withLiveBranchesPerTree(12)
                        .withBranchesPerMinute(1000))
                .build();
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(this::memory)
                .tools(tools)
                .build();

        assertThat(assistant.chat(id, "again")).isEqualTo("I stop.");

        List<SessionInfo> tree = sessions.tree(id).sessions();
        assertThat(tree).hasSizeLessThanOrEqualTo(13).hasSizeGreaterThan(4);
        assertThat(tree)
                .allMatch(info -> sessions.session(info.id()).ancestors().size() <= 3);
    }

    @Test
    void toolsCanBeSwitchedOff() {
        SessionTools some = SessionTools.builder(sessions)
                .only(SessionTool.BRANCH_SESSION, SessionTool.LIST_BRANCHES)
                .without(SessionTool.LIST_BRANCHES)
                .build();

        assertThat(some.keySet())
                .extracting(specification -> specification.name())
                .containsExactly("branch_session");
        assertThat(tools.keySet())
                .extracting(specification -> specification.name())
                .containsExactly(
                        "branch_session",
                        "run_branches",
                        "ask_in_scratch",
                        "list_branches",
                        "read_branch",
                        "compare_branches",
                        "bring_forward");
        assertThat(Map.copyOf(tools)).hasSize(7);
    }

    /** An agent of its own on the store of all: it fans out when asked to plan, and otherwise says who it is. */
    private Assistant agent(String name, AtomicReference<Assistant> itself, List<String> heard) {
        ScriptedModel model = new ScriptedModel(messages -> {
            ChatMessage last = messages.get(messages.size() - 1);
            if (!(last instanceof UserMessage user)) {
                return AiMessage.from("done");
            }
            if (user.singleText().equals("plan")) {
                return call("t1", "run_branches", "{\"tasks\":[{\"label\":\"x\",\"task\":\"who are you?\"}]}");
            }
            heard.add(name + " heard "
                    + messages.stream()
                            .map(message -> message instanceof UserMessage each ? each.singleText() : "-")
                            .toList());
            return AiMessage.from("I am " + name);
        });
        DurableStreamChatMemoryStore own = store.forAgent(name);
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chat())
                .chatMemoryProvider(memoryId -> MessageWindowChatMemory.builder()
                        .id(memoryId)
                        .maxMessages(100)
                        .chatMemoryStore(own)
                        .build())
                .tools(SessionTools.builder(own)
                        .agent(BranchAgent.of((branch, task) -> itself.get().chat(branch, task)))
                        .build())
                .build();
        itself.set(assistant);
        return assistant;
    }

    @Test
    void twoAgentsOfOneStoreEachBranchAndWorkInTheirOwnMemories() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Assistant planner = agent("planner", new AtomicReference<>(), heard);
        Assistant writer = agent("writer", new AtomicReference<>(), heard);
        planner.chat(id, "first for the planner");
        heard.clear();

        planner.chat(id, "plan");
        writer.chat(id, "plan");

        assertThat(heard)
                .containsExactly(
                        "planner heard [first for the planner, -, plan, who are you?]",
                        "writer heard [plan, who are you?]");
        for (String name : List.of("planner", "writer")) {
            AgentSession own = sessions.session(store.forAgent(name).session(id).id());
            assertThat(own.children()).hasSize(1);
            AgentSession branch = sessions.session(own.children().get(0).id());
            assertThat(texts(branch)).endsWith("who are you?", "I am " + name);
            assertThat(store.forAgent(name).session(branch.id()).id()).isEqualTo(branch.id());
            assertThat(results(own)
                            .get(0)
                            .path("branches")
                            .get(0)
                            .path("answer")
                            .asText())
                    .isEqualTo("I am " + name);
        }
        assertThat(sessions.find(id)).isEmpty();
    }

    @Test
    void toolsBoundToAnAgentsMemoryActOnThatAgentsSession() {
        DurableStreamChatMemoryStore planners = store.forAgent("planner");
        planners.updateMessages(id, List.of(UserMessage.from("hello"), AiMessage.from("hi")));
        SessionTools bound = SessionTools.builder(planners).session(id).build();
        AiServices.builder(Plain.class)
                .chatModel(calling(request("t1", "branch_session", "{}")).chat())
                .tools(bound)
                .build()
                .chat("from a service without memory");

        assertThat(planners.session(id).children()).hasSize(1);
    }
}
