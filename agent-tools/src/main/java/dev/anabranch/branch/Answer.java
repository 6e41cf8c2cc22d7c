package dev.anabranch.branch;

import dev.anabranch.session.Usage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an agent answers to a task.
 *
 * @param usage what it cost; empty if the agent does not tell
 */
public record Answer(String text, Optional<Usage> usage) {

    public static Answer of(String text) {
        return new Answer(text, Optional.empty());
    }

    /** An answer and what a LangChain4j model counted for it, if it counted. */
    public static Answer of(String text, @Nullable TokenUsage tokens) {
        if (tokens == null || tokens.totalTokenCount() == null) {
            return of(text);
        }
        return new Answer(
                text,
                Optional.of(new Usage(
                        optional(tokens.inputTokenCount()),
                        optional(tokens.outputTokenCount()),
                        tokens.totalTokenCount())));
    }

    private static OptionalLong optional(@Nullable Integer count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
