package dev.anabranch.examples.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OfflineModelTest {

    private static final ToolSpecification PRICE_OF = ToolSpecification.builder()
            .name("priceOf")
            .parameters(JsonObjectSchema.builder().addStringProperty("what").build())
            .build();

    private static final ToolSpecification BRANCH_SESSION = ToolSpecification.builder()
            .name("branch_session")
            .parameters(JsonObjectSchema.builder()
                    .addIntegerProperty("at_message")
                    .addStringProperty("label")
                    .build())
            .build();

    private static final UserMessage ADA = UserMessage.from("My name is Ada. I have 600 euros.");
    private static final UserMessage BOAT = UserMessage.from("The boat costs 240 euros.");

    private final OfflineModel model = new OfflineModel();

    @Test
    void remembersWhatItWasTold() {
        assertThat(answer(ADA)).isEqualTo("Hello, Ada. You have 600 euros to spend.");
        assertThat(answer(ADA, UserMessage.from("What is my name?"))).isEqualTo("Your name is Ada.");
        assertThat(answer(UserMessage.from("Our river is the Danube."), UserMessage.from("Which river is it?")))
                .isEqualTo("You told me: Our river is the Danube.");
    }

    @Test
    void doesNotKnowWhatItWasNotTold() {
        assertThat(answer(UserMessage.from("What is my name?"))).isEqualTo("You have not told me your name.");
        assertThat(answer(ADA, UserMessage.from("Which river is it?"))).startsWith("I do not know.");
    }

    @Test
    void keepsAccountOfTheMoney() {
        UserMessage book = UserMessage.from("Book it. How much is left?");

        assertThat(answer(ADA, BOAT, book))
                .isEqualTo("Booked: the boat for 240 euros. 360 of your 600 euros are left.");
        assertThat(answer(BOAT, book)).isEqualTo("Booked: the boat for 240 euros. -240 of your 0 euros are left.");
        assertThat(answer(ADA, ADA, BOAT, book)).endsWith("960 of your 1200 euros are left.");
        assertThat(answer(ADA, book)).startsWith("I do not know what it costs.");
    }

    @Test
    void callsTheToolThatIsNamedInTheQuestion() {
        AiMessage called = chat(List.of(PRICE_OF), UserMessage.from("What is the price of the boat to Passau?"));

        assertThat(called.toolExecutionRequests()).singleElement().satisfies(call -> {
            assertThat(call.id()).isEqualTo("call_1");
            assertThat(call.name()).isEqualTo("priceOf");
            assertThat(call.arguments()).isEqualTo("{\"what\":\"the boat to Passau\"}");
        });
    }

    @Test
    void callsSeveralToolsInOneMessage() {
        AiMessage called =
                chat(List.of(PRICE_OF), UserMessage.from("What is the price of the boat? And the price of the train?"));

        assertThat(called.toolExecutionRequests()).hasSize(2);
        assertThat(called.toolExecutionRequests().get(1).arguments()).isEqualTo("{\"what\":\"the train\"}");
    }

    @Test
    void fillsInNumbersAndQuotedWords() {
        AiMessage called =
                chat(List.of(BRANCH_SESSION), UserMessage.from("Branch this session at message 3, label 'by train'."));

        assertThat(called.toolExecutionRequests().get(0).arguments())
                .isEqualTo("{\"at_message\":3,\"label\":\"by train\"}");
    }

    @Test
    void answersFromTheToolsResult() {
        assertThat(answer(
                        ADA,
                        UserMessage.from("What is the price of the boat?"),
                        ToolExecutionResultMessage.from("call_1", "priceOf", "the boat costs 240 euros")))
                .isEqualTo("The boat costs 240 euros.");
    }

    @Test
    void streamsTheSameAnswer() {
        StringBuilder text = new StringBuilder();
        CompletableFuture<ChatResponse> response = new CompletableFuture<>();
        ChatRequest request = request(List.of(), ADA, BOAT, UserMessage.from("Book it. How much is left?"));
        new OfflineStreamingModel(Duration.ofMillis(1)).chat(request, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String word) {
                text.append(word);
            }

            @Override
            public void onCompleteResponse(ChatResponse complete) {
                response.complete(complete);
            }

            @Override
            public void onError(Throwable error) {
                response.completeExceptionally(error);
            }
        });

        ChatResponse streamed = response.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(streamed.aiMessage()).isEqualTo(model.chat(request).aiMessage());
        assertThat(text).hasToString(streamed.aiMessage().text());
    }

    private String answer(ChatMessage... messages) {
        return chat(List.of(PRICE_OF), messages).text();
    }

    private AiMessage chat(List<ToolSpecification> tools, ChatMessage... messages) {
        return model.chat(request(tools, messages)).aiMessage();
    }

    private static ChatRequest request(List<ToolSpecification> tools, ChatMessage... messages) {
        List<ChatMessage> all = new java.util.ArrayList<>(List.of(SystemMessage.from("You plan trips.")));
        all.addAll(List.of(messages));
        return ChatRequest.builder().messages(all).toolSpecifications(tools).build();
    }
}
