package dev.anabranch.benchmarks;

import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.io.Closeable;
import java.io.IOException;

/**
 * A chat memory store under measurement.
 *
 * @param name as it stands in the table
 * @param store the store itself
 * @param wire the connection between store and server, counted; {@link Wire#NONE} for a store in process
 */
record Contestant(String name, ChatMemoryStore store, Wire wire, Closeable resources) implements Closeable {

    @Override
    public void close() throws IOException {
        resources.close();
        wire.close();
    }
}
