package dev.anabranch.memory;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.TokenCountEstimator;
import java.util.List;
import java.util.function.ToIntFunction;

/** How much of a session the model sees. */
final class WindowLimit {

    /** No limit. */
    static final WindowLimit NONE = new WindowLimit(Integer.MAX_VALUE, message -> 0);

    private final int max;
    private final ToIntFunction<ChatMessage> weight;

    private WindowLimit(int max, ToIntFunction<ChatMessage> weight) {
        if (max < 1) {
            throw new IllegalArgumentException("window is not positive: " + max);
        }
        this.max = max;
        this.weight = weight;
    }

    static WindowLimit messages(int max) {
        return new WindowLimit(max, message -> 1);
    }

    static WindowLimit tokens(int max, TokenCountEstimator estimator) {
        return new WindowLimit(max, estimator::estimateTokenCountInMessage);
    }

    /**
     * Drops the oldest messages from {@code messages} until the rest fits. The system message stays. The results of
     * tool calls go with the message that asked for them, as providers refuse them alone.
     */
    void apply(List<ChatMessage> messages) {
        if (max == Integer.MAX_VALUE) {
            return;
        }
        long total = messages.stream().mapToLong(weight::applyAsInt).sum();
        int first = !messages.isEmpty() && messages.get(0) instanceof SystemMessage ? 1 : 0;
        int end = first;
        while (total > max && end < messages.size()) {
            ChatMessage evicted = messages.get(end++);
            total -= weight.applyAsInt(evicted);
            boolean asksForTools = evicted instanceof AiMessage ai && ai.hasToolExecutionRequests();
            while (asksForTools
                    && end < messages.size()
                    && messages.get(end) instanceof ToolExecutionResultMessage result) {
                total -= weight.applyAsInt(result);
                end++;
            }
        }
        messages.subList(first, end).clear();
    }
}
