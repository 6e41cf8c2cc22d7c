package dev.anabranch.examples.model;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** {@link OfflineModel}, one word at a time and never on the caller's thread. Safe for use by many threads. */
public final class OfflineStreamingModel implements StreamingChatModel {

    private final Duration pause;

    /** Streams as fast as it can. */
    public OfflineStreamingModel() {
        this(Duration.ZERO);
    }

    /** Waits for {@code pause} before each word. */
    public OfflineStreamingModel(Duration pause) {
        this.pause = pause;
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Executor later = CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture.supplyAsync(() -> Answers.to(request), later)
                .thenCompose(response -> stream(new Stream(response, handler, later), 0))
                .exceptionally(failed -> {
                    handler.onError(failed.getCause() == null ? failed : failed.getCause());
                    return null;
                });
    }

    private record Stream(ChatResponse response, StreamingChatResponseHandler handler, Executor later, Handle handle) {

        Stream(ChatResponse response, StreamingChatResponseHandler handler, Executor later) {
            this(response, handler, later, new Handle());
        }

        List<String> words() {
            String text = response.aiMessage().text();
            return text == null || text.isEmpty() ? List.of() : List.of(text.split("(?<=\\s)(?=\\S)", -1));
        }
    }

    /** Streams the words from the given one on. Each is a step of its own, so that no thread waits for the next. */
    private static CompletableFuture<Void> stream(Stream stream, int word) {
        List<String> words = stream.words();
        if (stream.handle.isCancelled()) {
            return CompletableFuture.completedFuture(null);
        }
        if (word < words.size()) {
            stream.handler.onPartialResponse(
                    new PartialResponse(words.get(word)), new PartialResponseContext(stream.handle));
            return CompletableFuture.runAsync(() -> {}, stream.later).thenCompose(paused -> stream(stream, word + 1));
        }
        List<ToolExecutionRequest> calls = stream.response.aiMessage().toolExecutionRequests();
        for (int index = 0; index < calls.size(); index++) {
            stream.handler.onCompleteToolCall(new CompleteToolCall(index, calls.get(index)));
        }
        stream.handler.onCompleteResponse(stream.response);
        return CompletableFuture.completedFuture(null);
    }

    private static final class Handle implements StreamingHandle {

        private volatile boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
