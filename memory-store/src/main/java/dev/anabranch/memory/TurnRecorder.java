package dev.anabranch.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionException;
import dev.anabranch.session.Turn;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.DurableStreamsException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.observability.api.listener.AiServiceCompletedListener;
import dev.langchain4j.observability.api.listener.AiServiceErrorListener;
import dev.langchain4j.observability.api.listener.AiServiceListener;
import dev.langchain4j.observability.api.listener.AiServiceResponseReceivedListener;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records in each session what the AI services of LangChain4j tell of it: an entry {@value Usage#ENTRY_TYPE} for each
 * answer of the model that says how many tokens it took, and an entry {@value Turn#ENTRY_TYPE} for each call that has
 * ended. Each is one more append.
 *
 * <pre>{@code
 * AiServices.builder(Assistant.class)
 *         .chatMemoryProvider(…) // with memories of this store
 *         .registerListeners(TurnRecorder.of(store).listeners())
 * }</pre>
 *
 * <p>A record that cannot be written is lost, and disturbs no agent. Safe for use by many threads.
 */
public final class TurnRecorder {

    private static final System.Logger LOG = System.getLogger(TurnRecorder.class.getName());

    private final DurableStreamChatMemoryStore store;
    private final Consumer<RuntimeException> onFailure;

    private TurnRecorder(DurableStreamChatMemoryStore store, Consumer<RuntimeException> onFailure) {
        this.store = store;
        this.onFailure = onFailure;
    }

    /** A recorder that logs a warning about what it cannot record. */
    public static TurnRecorder of(DurableStreamChatMemoryStore store) {
        return of(store, failed -> LOG.log(System.Logger.Level.WARNING, "a turn is not recorded", failed));
    }

    /**
     * A recorder that tells what it cannot record.
     *
     * @param onFailure told what kept a record from being written, on the thread of the agent
     */
    public static TurnRecorder of(DurableStreamChatMemoryStore store, Consumer<RuntimeException> onFailure) {
        return new TurnRecorder(store, onFailure);
    }

    /** What to register with AI services whose memories are those of the store. */
    public List<AiServiceListener<?>> listeners() {
        AiServiceResponseReceivedListener answered = event -> usage(event.response(), event.invocationContext())
                .ifPresent(usage -> record(event.invocationContext(), usage));
        AiServiceCompletedListener completed = event -> record(
                event.invocationContext(), turn(event.invocationContext(), null).toEntry());
        AiServiceErrorListener failed = event -> record(
                event.invocationContext(),
                turn(event.invocationContext(), event.error()).toEntry());
        return List.of(answered, completed, failed);
    }

    private static Turn turn(InvocationContext context, @Nullable Throwable failure) {
        return new Turn(
                context.invocationId().toString(),
                context.interfaceName() + "." + context.methodName(),
                context.timestamp(),
                Optional.ofNullable(failure).map(thrown -> thrown.getClass().getName()));
    }

    private static Optional<TypedEntry> usage(ChatResponse response, InvocationContext context) {
        TokenUsage tokens = response.tokenUsage();
        if (tokens == null || tokens.totalTokenCount() == null) {
            return Optional.empty();
        }
        Usage usage =
                new Usage(count(tokens.inputTokenCount()), count(tokens.outputTokenCount()), tokens.totalTokenCount());
        TypedEntry entry = usage.toEntry(UUID.randomUUID().toString());
        ObjectNode value = entry.value().deepCopy();
        value.put("turn", context.invocationId().toString());
        if (response.modelName() != null) {
            value.put("model", response.modelName());
        }
        return Optional.of(TypedEntry.of(entry.type(), entry.key(), value));
    }

    private static OptionalLong count(@Nullable Integer tokens) {
        return tokens == null ? OptionalLong.empty() : OptionalLong.of(tokens);
    }

    private void record(InvocationContext context, TypedEntry entry) {
        Object memoryId = context.chatMemoryId();
        if (memoryId == null) {
            return;
        }
        try {
            store.session(memoryId)
                    .append(SessionAppend.entry(entry).withIdempotencyKey(entry.type() + " " + entry.key()));
        } catch (DurableStreamsException | SessionException notRecorded) {
            onFailure.accept(notRecorded);
        }
    }
}
