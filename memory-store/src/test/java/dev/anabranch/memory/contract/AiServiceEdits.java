package dev.anabranch.memory.contract;

import static dev.anabranch.memory.contract.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.memory.contract.Agent.Style;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.guardrail.InputGuardrail;
import dev.langchain4j.guardrail.InputGuardrailResult;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.rag.content.Content;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AI services also change what the memory holds already: in the middle, from the front, and all of it at once. */
interface AiServiceEdits extends MemoryFixture {

    @ParameterizedTest
    @EnumSource
    default void aSystemMessageComesFirst(Style style) {
        Agent agent = Agent.of(style, new Script(), window(false), services -> services.systemMessage("be brief"));
        agent.say("chat", "one");
        agent.say("chat", "two");

        assertThat(store().getMessages("chat"))
                .hasSize(5)
                .startsWith(SystemMessage.from("be brief"), UserMessage.from("one"));
    }

    @ParameterizedTest
    @EnumSource
    default void aChangedSystemMessageMovesToTheEnd(Style style) {
        talkUnderChangingRules(style, false);

        assertThat(store().getMessages("chat"))
                .containsExactly(
                        UserMessage.from("one"),
                        AiMessage.from("ok"),
                        SystemMessage.from("be thorough"),
                        UserMessage.from("two"),
                        AiMessage.from("ok"),
                        UserMessage.from("three"),
                        AiMessage.from("ok"));
    }

    @ParameterizedTest
    @EnumSource
    default void aChangedSystemMessageMayStayInFront(Style style) {
        talkUnderChangingRules(style, true);

        assertThat(store().getMessages("chat"))
                .hasSize(7)
                .startsWith(SystemMessage.from("be thorough"), UserMessage.from("one"));
    }

    private void talkUnderChangingRules(Style style, boolean systemMessageFirst) {
        AtomicReference<String> rules = new AtomicReference<>("be brief");
        Agent agent = Agent.of(
                style,
                new Script(),
                window(systemMessageFirst),
                services -> services.systemMessageProvider(id -> rules.get()));
        agent.say("chat", "one");
        rules.set("be thorough");
        agent.say("chat", "two");
        agent.say("chat", "three");
    }

    @ParameterizedTest
    @EnumSource
    default void aModelThatFailsLeavesTheQuestion(Style style) {
        Script script = new Script().says("hello").fails().says("back again");
        Agent agent = Agent.of(style, script, window(false));
        agent.say("chat", "hi");
        assertThatThrownBy(() -> agent.say("chat", "still there?")).hasMessageContaining("the model is down");
        agent.say("chat", "still there?");

        assertThat(store().getMessages("chat"))
                .containsExactly(
                        UserMessage.from("hi"),
                        AiMessage.from("hello"),
                        UserMessage.from("still there?"),
                        UserMessage.from("still there?"),
                        AiMessage.from("back again"));
    }

    @ParameterizedTest
    @EnumSource
    default void aModelThatFailsBetweenToolsLeavesTheirResults(Style style) {
        Script script = new Script().calls(call("1", "book", "{}")).fails().says("booked");
        Agent agent = Agent.of(style, script, window(false), services -> services.tools(new Booking()));
        assertThatThrownBy(() -> agent.say("chat", "book it")).hasMessageContaining("the model is down");
        agent.say("chat", "well?");

        assertThat(store().getMessages("chat"))
                .hasSize(5)
                .endsWith(UserMessage.from("well?"), AiMessage.from("booked"));
    }

    @Test
    default void aToolThatDoesNotExistLeavesItsCallOpen() {
        Script script = new Script().calls(call("1", "teleport", "{}")).says("sorry");
        Agent agent = Agent.of(Style.BLOCKING, script, window(false), services -> services.tools(new Booking()));
        assertThatThrownBy(() -> agent.say("chat", "take me home")).isInstanceOf(RuntimeException.class);
        assertThat(store().getMessages("chat"))
                .containsExactly(UserMessage.from("take me home"), AiMessage.from(call("1", "teleport", "{}")));

        agent.say("chat", "never mind");
        assertThat(store().getMessages("chat")).hasSize(4).endsWith(AiMessage.from("sorry"));
    }

    @ParameterizedTest
    @EnumSource
    default void aFailedToolIsKeptAsAnError(Style style) {
        Script script = new Script().calls(call("1", "pay", "{}")).says("no money");
        Agent agent = Agent.of(style, script, window(false), services -> services.tools(new Booking()));
        agent.say("chat", "pay");

        assertThat(store().getMessages("chat")).hasSize(4).element(2).satisfies(AiServiceEdits::isAnError);
    }

    /** The result of the tool that was undone is replaced where it stands, in the middle of the list. */
    @Test
    default void anUndoneToolIsRewrittenInTheMiddle() {
        Script script = new Script()
                .calls(call("1", "book", "{}"))
                .calls(call("2", "look", "{}"))
                .calls(call("3", "pay", "{}"))
                .says("could not book");
        Agent agent = Agent.of(
                Style.BLOCKING,
                script,
                window(false),
                services -> services.tools(new Booking()).compensateOnToolErrors(true));
        agent.say("chat", "book and pay");

        List<ChatMessage> messages = store().getMessages("chat");
        assertThat(messages).hasSize(8);
        assertThat(messages.get(2)).satisfies(AiServiceEdits::isAnError);
        assertThat(((ToolExecutionResultMessage) messages.get(2)).text()).contains("rolled back");
        assertThat(((ToolExecutionResultMessage) messages.get(4)).text()).isEqualTo("free");
        assertThat(store().calls()).containsSubsequence("u6", "u6");
    }

    /** LangChain4j takes the answer away by clearing the memory and adding the other messages again. */
    @ParameterizedTest
    @EnumSource
    default void anAnswerThatAGuardrailRejectsIsTakenAway(Style style) {
        OutputGuardrail guardrail = new OutputGuardrail() {
            @Override
            public OutputGuardrailResult validate(AiMessage answer) {
                return answer.text().contains("secret") ? fatalWithMessageRemoval("it tells a secret") : success();
            }
        };
        Script script = new Script().says("hello").says("a secret").says("no");
        Agent agent = Agent.of(
                style,
                script,
                window(false),
                services -> services.systemMessage("be brief").outputGuardrails(guardrail));
        agent.say("chat", "hi");
        assertThatThrownBy(() -> agent.say("chat", "tell me")).hasMessageContaining("it tells a secret");
        assertThat(store().calls()).contains("d");
        assertThat(store().getMessages("chat"))
                .containsExactly(
                        SystemMessage.from("be brief"),
                        UserMessage.from("hi"),
                        AiMessage.from("hello"),
                        UserMessage.from("tell me"));

        agent.say("chat", "please");
        assertThat(store().getMessages("chat")).hasSize(6).endsWith(UserMessage.from("please"), AiMessage.from("no"));
    }

    @ParameterizedTest
    @EnumSource
    default void guardrailsThatRewriteAndAskAgain(Style style) {
        AtomicInteger tries = new AtomicInteger();
        InputGuardrail input = new InputGuardrail() {
            @Override
            public InputGuardrailResult validate(UserMessage question) {
                return successWith(question.singleText().toUpperCase(java.util.Locale.ROOT));
            }
        };
        OutputGuardrail output = new OutputGuardrail() {
            @Override
            public OutputGuardrailResult validate(AiMessage answer) {
                return tries.getAndIncrement() == 0 ? reprompt("too short", "say more") : success();
            }
        };
        Agent agent = Agent.of(
                style,
                new Script().says("no").says("no, I am sorry").says("never"),
                window(false),
                services -> services.inputGuardrails(input).outputGuardrails(output));
        agent.say("chat", "may I?");
        agent.say("chat", "ever?");

        assertThat(store().getMessages("chat")).hasSize(4).contains(UserMessage.from("MAY I?"));
    }

    @ParameterizedTest
    @EnumSource
    default void retrievedContentIsKeptWithTheQuestion(Style style) {
        Agent agent = Agent.of(
                style,
                new Script(),
                window(false),
                services -> services.contentRetriever(query -> List.of(Content.from("the Rhine is 1,233 km long"))));
        agent.say("chat", "how long is the Rhine?");
        agent.say("chat", "sure?");

        assertThat(store().getMessages("chat")).hasSize(4);
        assertThat(((UserMessage) store().getMessages("chat").get(0)).singleText())
                .contains("1,233 km");
    }

    @ParameterizedTest
    @EnumSource
    default void retrievedContentMayBeLeftOut(Style style) {
        Script script = new Script().calls(call("1", "look", "{}")).says("yes");
        Agent agent = Agent.of(
                style,
                script,
                window(false),
                services -> services.tools(new Booking())
                        .contentRetriever(query -> List.of(Content.from("the Rhine is 1,233 km long")))
                        .storeRetrievedContentInChatMemory(false));
        agent.say("chat", "how long is the Rhine?");

        assertThat(store().getMessages("chat")).hasSize(4).startsWith(UserMessage.from("how long is the Rhine?"));
        assertThat(script.requests().get(0).get(0).toString()).contains("1,233 km");
    }

    private static void isAnError(ChatMessage message) {
        assertThat(message).isInstanceOf(ToolExecutionResultMessage.class);
        assertThat(((ToolExecutionResultMessage) message).isError()).isTrue();
    }

    private ChatMemoryProvider window(boolean systemMessageFirst) {
        return id -> MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(20)
                .alwaysKeepSystemMessageFirst(systemMessageFirst)
                .chatMemoryStore(store())
                .build();
    }

    /** Tools of which one fails, and one can be undone. */
    final class Booking {

        private final int purse;

        Booking() {
            this(0);
        }

        Booking(int purse) {
            this.purse = purse;
        }

        @Tool
        String look() {
            return "free";
        }

        @Tool
        String book() {
            return "booked";
        }

        @CompensateFor("book")
        void cancel() {}

        @Tool
        String pay() {
            if (purse == 0) {
                throw new IllegalStateException("no money");
            }
            return "paid";
        }
    }
}
