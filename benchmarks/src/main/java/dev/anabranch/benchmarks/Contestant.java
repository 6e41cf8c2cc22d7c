package dev.anabranch.benchmarks;

import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Function;

/**
 * A way to keep a conversation, under measurement.
 *
 * @param name as it stands in the table
 * @param memories the memory of an id, with a window that holds everything
 * @param wire the connection between memory and server, counted; {@link Wire#NONE} for a memory in process
 */
record Contestant(String name, Function<String, ChatMemory> memories, Wire wire, Closeable resources)
        implements Closeable {

    /** LangChain4j's own memory on a store. */
    static Contestant of(String name, ChatMemoryStore store, Wire wire, Closeable resources) {
        return new Contestant(
                name,
                id -> MessageWindowChatMemory.builder()
                        .id(id)
                        .maxMessages(Integer.MAX_VALUE)
                        .chatMemoryStore(store)
                        .build(),
                wire,
                resources);
    }

    @Override
    public void close() throws IOException {
        resources.close();
        wire.close();
    }
}
