package dev.anabranch.memory.contract;

import static dev.anabranch.memory.contract.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.memory.contract.Agent.Style;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.memory.chat.TokenWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Turns of real AI services: what they say, with tools and without, is what the memory holds. */
interface AiServiceTurns extends MemoryFixture {

    @ParameterizedTest
    @EnumSource
    default void plainTurns(Style style) {
        Script script = new Script().says("hello").says("fine");
        Agent agent = Agent.of(style, script, windowOf(10));

        assertThat(agent.say("chat", "hi")).isEqualTo("hello");
        assertThat(agent.say("chat", "how are you?")).isEqualTo("fine");

        List<ChatMessage> conversation = List.of(
                UserMessage.from("hi"),
                AiMessage.from("hello"),
                UserMessage.from("how are you?"),
                AiMessage.from("fine"));
        assertThat(store().getMessages("chat")).isEqualTo(conversation);
        assertThat(script.requests().get(1)).isEqualTo(conversation.subList(0, 3));
    }

    @ParameterizedTest
    @EnumSource
    default void conversationsThatTakeTurns(Style style) {
        Agent agent = Agent.of(style, new Script(), windowOf(10));
        for (String id : List.of("a", "b", "a", "c", "b", "a")) {
            agent.say(id, "hello from " + id);
        }

        assertThat(store().getMessages("a")).hasSize(6);
        assertThat(store().getMessages("b")).hasSize(4).first().isEqualTo(UserMessage.from("hello from b"));
        assertThat(store().getMessages("c")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    default void aTurnWithOneTool(Style style) {
        Script script =
                new Script().calls(call("1", "depth", "{\"river\":\"Rhine\"}")).says("7 metres");
        Agent agent = Agent.of(style, script, windowOf(10), services -> services.tools(new River()));

        assertThat(agent.say("chat", "how deep is the Rhine?")).isEqualTo("7 metres");

        assertThat(store().getMessages("chat"))
                .containsExactly(
                        UserMessage.from("how deep is the Rhine?"),
                        AiMessage.from(call("1", "depth", "{\"river\":\"Rhine\"}")),
                        result("1", "depth", "Rhine is 7 m deep"),
                        AiMessage.from("7 metres"));
    }

    @ParameterizedTest
    @EnumSource
    default void aTurnWithParallelTools(Style style) {
        Agent agent = Agent.of(style, twoTools(), windowOf(10), services -> services.tools(new River()));

        assertTwoToolsAreKept(agent);
    }

    @ParameterizedTest
    @EnumSource
    default void aTurnWithToolsThatRunAtTheSameTime(Style style) {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            Agent agent = Agent.of(
                    style,
                    twoTools(),
                    windowOf(10),
                    services -> services.tools(new River()).executeToolsConcurrently(executor));

            assertTwoToolsAreKept(agent);
        } finally {
            executor.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    default void aTurnWithSeveralRoundsOfTools(Style style) {
        Script script = new Script();
        for (int round = 0; round < 5; round++) {
            script.calls(
                    call("a" + round, "depth", "{\"river\":\"r\"}"), call("b" + round, "width", "{\"river\":\"r\"}"));
        }
        Agent agent = Agent.of(style, script, windowOf(100), services -> services.tools(new River()));
        agent.say("chat", "look again and again");

        assertThat(store().getMessages("chat")).hasSize(1 + 5 * 3 + 1);
    }

    @ParameterizedTest
    @EnumSource
    default void aToolThatAnswersInTheModelsPlace(Style style) {
        Script script = new Script().calls(call("1", "name", "{}"));
        Agent agent = Agent.of(style, script, windowOf(10), services -> services.tools(new River()));
        agent.say("chat", "which river?");
        agent.say("chat", "thanks");

        assertThat(store().getMessages("chat"))
                .startsWith(
                        UserMessage.from("which river?"),
                        AiMessage.from(call("1", "name", "{}")),
                        result("1", "name", "Rhine"));
        assertThat(store().getMessages("chat")).hasSize(5);
    }

    @ParameterizedTest
    @EnumSource
    default void turnsThatFillAWindow(Style style) {
        Script script = new Script();
        for (int turn = 0; turn < 12; turn++) {
            script.calls(
                            call("1-" + turn, "depth", "{\"river\":\"r\"}"),
                            call("2-" + turn, "width", "{\"river\":\"r\"}"))
                    .says("answer " + turn);
        }
        Agent agent = Agent.of(
                style,
                script,
                windowOf(10),
                services -> services.tools(new River()).systemMessage("be brief"));
        for (int turn = 0; turn < 12; turn++) {
            assertThat(agent.say("chat", "question " + turn)).isEqualTo("answer " + turn);
        }

        assertThat(store().getMessages("chat"))
                .hasSizeLessThanOrEqualTo(10)
                .startsWith(SystemMessage.from("be brief"))
                .endsWith(AiMessage.from("answer 11"));
    }

    /** The third result makes the window drop the call, and its results with it: an empty list is written. */
    @ParameterizedTest
    @EnumSource
    default void aWindowThatIsTooSmallForATurn(Style style) {
        Script script = new Script()
                .calls(
                        call("1", "depth", "{\"river\":\"r\"}"),
                        call("2", "width", "{\"river\":\"r\"}"),
                        call("3", "name", "{}"));
        Agent agent = Agent.of(style, script, windowOf(3), services -> services.tools(new River()));

        try {
            agent.say("chat", "everything, please");
        } catch (RuntimeException requestWithoutMessages) {
            // LangChain4j refuses to send an empty list of messages. The memory must have taken it all the same.
        }

        assertThat(store().calls()).contains("u0");
        assertThat(store().getMessages("chat")).isEqualTo(store().expected("chat"));
    }

    @ParameterizedTest
    @EnumSource
    default void turnsInATokenWindow(Style style) {
        ChatMemoryProvider memories = id -> TokenWindowChatMemory.builder()
                .id(id)
                .maxTokens(120, new WordCount())
                .chatMemoryStore(store())
                .build();
        Script script = new Script();
        for (int turn = 0; turn < 10; turn++) {
            script.calls(call("1-" + turn, "depth", "{\"river\":\"r\"}")).says("answer " + turn);
        }
        Agent agent = Agent.of(style, script, memories, services -> services.tools(new River()));
        for (int turn = 0; turn < 10; turn++) {
            agent.say("chat", "question " + turn);
        }

        assertThat(store().getMessages("chat")).hasSizeLessThan(40).endsWith(AiMessage.from("answer 9"));
    }

    @ParameterizedTest
    @EnumSource
    default void aMemoryThatAServiceForgetsIsReadAgain(Style style) {
        Agent agent = Agent.of(style, new Script(), windowOf(10));
        agent.say("chat", "one");
        assertThat(agent.forget("chat")).isTrue();
        agent.say("chat", "two");

        assertThat(store().getMessages("chat")).hasSize(4).startsWith(UserMessage.from("one"));
    }

    @ParameterizedTest
    @EnumSource
    default void memoryIdsThatAreNotText(Style style) {
        require(Capability.ANY_ID_TYPE);
        Agent agent = Agent.of(style, new Script(), windowOf(10));
        List<Object> ids =
                List.of(7, UUID.fromString("0191d6c8-2f4b-7c1a-9d2e-5f0b6a7c8d9e"), new MemoryIds.Ticket("a", 1));
        ids.forEach(id -> agent.say(id, "hello from " + id));

        ids.forEach(id -> assertThat(store().getMessages(id)).first().isEqualTo(UserMessage.from("hello from " + id)));
    }

    @Test
    default void aServiceWithoutMemoryIds() {
        Script script = new Script().calls(call("1", "name", "{}")).says("hello");
        MessageWindowChatMemory memory = MessageWindowChatMemory.builder()
                .maxMessages(10)
                .chatMemoryStore(store())
                .build();
        Plain service = AiServices.builder(Plain.class)
                .chatModel(script.model())
                .chatMemory(memory)
                .tools(new River())
                .build();
        service.say("hi");
        service.say("again");

        assertThat(store().getMessages("default")).hasSize(5);
    }

    /** The conversation goes on in another process: another service, another memory, another store. */
    @ParameterizedTest
    @EnumSource
    default void aConversationThatMovesToAnotherStore(Style style) {
        CheckedStore other = anotherStore();
        Script script = new Script().says("hello, Ada").says("Ada");
        Agent here = Agent.of(style, script, windowOf(10));
        Agent there = Agent.of(
                style,
                script,
                id -> MessageWindowChatMemory.builder()
                        .id(id)
                        .maxMessages(10)
                        .chatMemoryStore(other)
                        .build());
        here.say("chat", "my name is Ada");
        there.say("chat", "what is my name?");
        here.say("chat", "good");

        assertThat(script.requests().get(2))
                .containsExactly(
                        UserMessage.from("my name is Ada"),
                        AiMessage.from("hello, Ada"),
                        UserMessage.from("what is my name?"),
                        AiMessage.from("Ada"),
                        UserMessage.from("good"));
    }

    private static Script twoTools() {
        return new Script()
                .calls(call("1", "depth", "{\"river\":\"Rhine\"}"), call("2", "width", "{\"river\":\"Rhine\"}"))
                .says("7 and 300 metres");
    }

    private void assertTwoToolsAreKept(Agent agent) {
        assertThat(agent.say("chat", "how deep and how wide?")).isEqualTo("7 and 300 metres");

        assertThat(store().getMessages("chat"))
                .containsExactly(
                        UserMessage.from("how deep and how wide?"),
                        AiMessage.from(
                                call("1", "depth", "{\"river\":\"Rhine\"}"),
                                call("2", "width", "{\"river\":\"Rhine\"}")),
                        result("1", "depth", "Rhine is 7 m deep"),
                        result("2", "width", "Rhine is 300 m wide"),
                        AiMessage.from("7 and 300 metres"));
        assertThat(store().calls()).containsSubsequence("u2", "u3", "u4", "u5");
    }

    private ChatMemoryProvider windowOf(int messages) {
        return id -> MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(messages)
                .chatMemoryStore(store())
                .build();
    }

    private static ChatMessage result(String id, String tool, String text) {
        return ToolExecutionResultMessage.builder()
                .id(id)
                .toolName(tool)
                .text(text)
                .isError(false)
                .build();
    }

    /** A service that was given one memory. */
    interface Plain {
        String say(String text);
    }

    /** Tools to look at a river with. */
    final class River {

        @Tool
        String depth(@P("river") String river) {
            return river + " is 7 m deep";
        }

        @Tool
        String width(@P("river") String river) {
            return river + " is 300 m wide";
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        String name() {
            return "Rhine";
        }
    }
}
