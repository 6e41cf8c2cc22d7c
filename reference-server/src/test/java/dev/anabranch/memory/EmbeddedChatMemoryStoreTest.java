package dev.anabranch.memory;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of memory stores, kept by ours on an engine in this process. The engine is closed and opened again. */
final class EmbeddedChatMemoryStoreTest extends ChatMemoryStoreContract {

    @TempDir
    private Path folder;

    private EmbeddedDurableStreams streams;

    @Override
    protected ChatMemoryStore openStore() {
        if (streams == null) {
            streams = EmbeddedDurableStreams.open(folder);
        }
        return DurableStreamChatMemoryStore.builder().streams(streams).build();
    }

    @Override
    protected void restart() {
        streams.close();
        streams = null;
    }

    @Override
    protected void discard() {
        streams.close();
    }
}
