package dev.anabranch.tools;

import static dev.anabranch.branch.ScriptedModel.call;
import static dev.anabranch.branch.ScriptedModel.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.Backend;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.ScriptedModel;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose session the tools act on, and which call it is that they carry out. */
@ParameterizedClass
@EnumSource(Backend.class)
class ToolCallersTest extends SessionToolsFixture {

    ToolCallersTest(Backend backend) {
        super(backend);
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
