package dev.anabranch.memory.contract;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** What a model will say, call by call, and what it was asked. When nothing is left it says {@code ok}. */
final class Script {

    private final Deque<Supplier<AiMessage>> answers = new ArrayDeque<>();
    private final List<List<ChatMessage>> requests = new ArrayList<>();

    Script says(String text) {
        return then(() -> AiMessage.from(text));
    }

    /** Calls tools, all in one message. */
    Script calls(ToolExecutionRequest... calls) {
        return then(() -> AiMessage.from(calls));
    }

    Script fails() {
        return then(() -> {
            throw new IllegalStateException("the model is down");
        });
    }

    private synchronized Script then(Supplier<AiMessage> answer) {
        answers.add(answer);
        return this;
    }

    static ToolExecutionRequest call(String id, String tool, String arguments) {
        return ToolExecutionRequest.builder()
                .id(id)
                .name(tool)
                .arguments(arguments)
                .build();
    }

    /** What the model was sent, one list for each call. */
    synchronized List<List<ChatMessage>> requests() {
        return List.copyOf(requests);
    }

    private synchronized ChatResponse answer(ChatRequest request) {
        requests.add(List.copyOf(request.messages()));
        Supplier<AiMessage> next = answers.poll();
        AiMessage message = next == null ? AiMessage.from("ok") : next.get();
        return ChatResponse.builder()
                .aiMessage(message)
                .tokenUsage(new TokenUsage(request.messages().size(), 1))
                .finishReason(message.hasToolExecutionRequests() ? FinishReason.TOOL_EXECUTION : FinishReason.STOP)
                .build();
    }

    ChatModel model() {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                return answer(request);
            }
        };
    }

    /** Answers on a thread of its own, as models do that come over a network. */
    StreamingChatModel streamingModel() {
        return new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                new Thread(() -> stream(request, handler), "scripted-model").start();
            }
        };
    }

    private void stream(ChatRequest request, StreamingChatResponseHandler handler) {
        try {
            ChatResponse response = answer(request);
            String text = response.aiMessage().text();
            if (text != null) {
                text.chars().forEach(c -> handler.onPartialResponse(String.valueOf((char) c)));
            }
            List<ToolExecutionRequest> calls = response.aiMessage().toolExecutionRequests();
            for (int index = 0; index < calls.size(); index++) {
                handler.onCompleteToolCall(new CompleteToolCall(index, calls.get(index)));
            }
            handler.onCompleteResponse(response);
        } catch (RuntimeException | AssertionError failed) {
            // The models of LangChain4j report what their handler throws in the same way as failures of their own.
            handler.onError(failed);
        }
    }
}
