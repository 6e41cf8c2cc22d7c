package dev.anabranch.tools;

import static dev.anabranch.branch.ScriptedModel.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.branch.Backend;
import dev.anabranch.branch.ScriptedModel;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tools do with what a model passes, and how they are offered to one. */
@ParameterizedClass
@EnumSource(Backend.class)
class SessionToolsTest extends SessionToolsFixture {

    SessionToolsTest(Backend backend) {
        super(backend);
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
}
