package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.List;
import java.util.function.Supplier;

/**
 * A store whose caller catches what LangChain4j documents, and makes the same call again until it succeeds.
 *
 * @param store what is called
 */
public record Insisting(ChatMemoryStore store) implements ChatMemoryStore {

    private static final int ATTEMPTS_MAX = 1_000;

    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        return insist(() -> store.getMessages(memoryId));
    }

    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        insist(() -> store.updateMessages(memoryId, messages));
    }

    @Override
    public void deleteMessages(Object memoryId) {
        insist(() -> store.deleteMessages(memoryId));
    }

    static void insist(Runnable call) {
        insist(() -> {
            call.run();
            return true;
        });
    }

    /** Makes a call until it succeeds. */
    public static <T> T insist(Supplier<T> call) {
        for (int attempt = 0; ; attempt++) {
            try {
                return call.get();
            } catch (RetriableException again) {
                assertThat(again).hasMessageMatching("(?s).*(nothing was written|may have been written).*");
                assertThat(attempt).isLessThan(ATTEMPTS_MAX);
            }
        }
    }
}
