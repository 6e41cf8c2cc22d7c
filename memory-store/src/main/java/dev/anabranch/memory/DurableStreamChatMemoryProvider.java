package dev.anabranch.memory;

import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.ChatMemoryProvider;

/** Gives each memory id its {@link DurableStreamChatMemory}, all made alike. Does no I/O. */
public final class DurableStreamChatMemoryProvider implements ChatMemoryProvider {

    private final DurableStreamChatMemory.Builder memories;

    private DurableStreamChatMemoryProvider(DurableStreamChatMemory.Builder memories) {
        this.memories = memories;
    }

    /**
     * Memories as {@code memories} makes them; its id does not matter.
     *
     * @param memories must not be changed afterwards
     */
    public static DurableStreamChatMemoryProvider of(DurableStreamChatMemory.Builder memories) {
        return new DurableStreamChatMemoryProvider(memories);
    }

    @Override
    public ChatMemory get(Object memoryId) {
        return memories.build(memoryId);
    }
}
