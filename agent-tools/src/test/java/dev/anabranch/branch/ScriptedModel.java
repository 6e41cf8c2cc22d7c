package dev.anabranch.branch;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A model whose answers follow from the messages it is sent. Keeps every request. Sync and streaming. */
public final class ScriptedModel {

    private final List<List<ChatMessage>> requests = new CopyOnWriteArrayList<>();
    private final Function<List<ChatMessage>, AiMessage> script;

    public ScriptedModel(Function<List<ChatMessage>, AiMessage> script) {
        this.script = script;
    }

    public ChatModel chat() {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                return respond(request);
            }
        };
    }

    public StreamingChatModel streaming() {
        return new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                Workers.shared().execute(() -> {
                    ChatResponse response = respond(request);
                    List<ToolExecutionRequest> calls = response.aiMessage().toolExecutionRequests();
                    for (int i = 0; i < calls.size(); i++) {
                        handler.onCompleteToolCall(new CompleteToolCall(i, calls.get(i)));
                    }
                    handler.onCompleteResponse(response);
                });
            }
        };
    }

    /** The messages of every request so far. */
    public List<List<ChatMessage>> requests() {
        return requests;
    }

    public static AiMessage call(String id, String tool, String arguments) {
        return AiMessage.from(request(id, tool, arguments));
    }

    public static ToolExecutionRequest request(String id, String tool, String arguments) {
        return ToolExecutionRequest.builder()
                .id(id)
                .name(tool)
                .arguments(arguments)
                .build();
    }

    private ChatResponse respond(ChatRequest request) {
        requests.add(List.copyOf(request.messages()));
        return ChatResponse.builder()
                .aiMessage(script.apply(request.messages()))
                .tokenUsage(new TokenUsage(10, 5))
                .build();
    }
}
