package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.server.agent.AgentOutput;
import dev.anabranch.server.agent.AgentRunner;
import dev.anabranch.server.agent.AgentTurn;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** A LangChain4j agent with a tool, plugged into the server: its memory is the server's sessions. */
final class ChatAgent implements AgentRunner {

    /** A message that fails at first and is answered when it is retried, to see both. */
    static final String FAIL = "/fail";

    private static final int WINDOW_MESSAGES = 40;

    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    private final StreamingAssistant assistant;

    ChatAgent(Models models, DurableStreams streams) {
        DurableStreamChatMemoryStore store =
                DurableStreamChatMemoryStore.builder().streams(streams).build();
        this.assistant = AiServices.builder(StreamingAssistant.class)
                .streamingChatModel(models.streaming())
                .chatMemoryProvider(session -> MessageWindowChatMemory.builder()
                        .id(session)
                        .maxMessages(WINDOW_MESSAGES)
                        .chatMemoryStore(store)
                        .build())
                .tools(new TravelDesk())
                .build();
    }

    @Override
    public void answer(AgentTurn turn, AgentOutput output) throws Exception {
        if (turn.text().equals(FAIL) && failed.add(turn.session())) {
            throw new IllegalStateException("this message makes the agent fail once");
        }
        CompletableFuture<Void> answered = new CompletableFuture<>();
        turn.onStop(() -> answered.completeExceptionally(new CancellationException("stopped")));
        assistant
                .chat(turn.session(), turn.text())
                .onPartialResponseWithContext((partial, context) -> {
                    if (turn.isStopped()) {
                        context.streamingHandle().cancel();
                    } else {
                        output.write(partial.text());
                    }
                })
                .onIntermediateResponse(response -> output.endMessage())
                .onCompleteResponse(response -> {
                    output.endMessage();
                    answered.complete(null);
                })
                .onError(answered::completeExceptionally)
                .start();
        try {
            answered.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
