package dev.anabranch.memory.contract;

import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An AI service that is talked to in the same way whether it streams or not. */
interface Agent {

    /** How the model is called. */
    enum Style {
        BLOCKING,
        STREAMING
    }

    /** The service's answer. Throws what the service throws. */
    String say(Object memoryId, String text);

    /** Lets the service drop its memory object. What the store holds stays. */
    boolean forget(Object memoryId);

    static Agent of(Style style, Script script, ChatMemoryProvider memories) {
        return of(style, script, memories, settings -> {});
    }

    static Agent of(Style style, Script script, ChatMemoryProvider memories, Consumer<AiServices<?>> settings) {
        return style == Style.BLOCKING ? blocking(script, memories, settings) : streaming(script, memories, settings);
    }

    private static Agent blocking(Script script, ChatMemoryProvider memories, Consumer<AiServices<?>> settings) {
        AiServices<Blocking> services =
                AiServices.builder(Blocking.class).chatModel(script.model()).chatMemoryProvider(memories);
        settings.accept(services);
        Blocking service = services.build();
        return new Agent() {
            @Override
            public String say(Object memoryId, String text) {
                return service.say(memoryId, text);
            }

            @Override
            public boolean forget(Object memoryId) {
                return service.evictChatMemory(memoryId);
            }
        };
    }

    private static Agent streaming(Script script, ChatMemoryProvider memories, Consumer<AiServices<?>> settings) {
        AiServices<Streaming> services = AiServices.builder(Streaming.class)
                .streamingChatModel(script.streamingModel())
                .chatMemoryProvider(memories);
        settings.accept(services);
        Streaming service = services.build();
        return new Agent() {
            @Override
            public String say(Object memoryId, String text) {
                CompletableFuture<ChatResponse> response = new CompletableFuture<>();
                service.say(memoryId, text)
                        .onPartialResponse(ignored -> {})
                        .onCompleteResponse(response::complete)
                        .onError(response::completeExceptionally)
                        .start();
                return response.orTimeout(60, TimeUnit.SECONDS)
                        .join()
                        .aiMessage()
                        .text();
            }

            @Override
            public boolean forget(Object memoryId) {
                return service.evictChatMemory(memoryId);
            }
        };
    }

    /** The service behind a blocking agent. */
    interface Blocking extends ChatMemoryAccess {
        String say(@MemoryId Object memoryId, @UserMessage String text);
    }

    /** The service behind a streaming agent. */
    interface Streaming extends ChatMemoryAccess {
        TokenStream say(@MemoryId Object memoryId, @UserMessage String text);
    }
}
