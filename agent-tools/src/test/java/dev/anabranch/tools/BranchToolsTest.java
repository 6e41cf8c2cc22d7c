package dev.anabranch.tools;

import static dev.anabranch.branch.ScriptedModel.call;
import static dev.anabranch.branch.ScriptedModel.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.branch.Backend;
import dev.anabranch.branch.BranchLimits;
import dev.anabranch.branch.ScriptedModel;
import dev.anabranch.forward.Receipt;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a model works in branches, looks at them, and brings their results home. */
@ParameterizedClass
@EnumSource(Backend.class)
class BranchToolsTest extends SessionToolsFixture {

    BranchToolsTest(Backend backend) {
        super(backend);
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
}
