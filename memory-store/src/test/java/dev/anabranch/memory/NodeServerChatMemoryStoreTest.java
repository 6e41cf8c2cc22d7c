package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.stream.NodeServer;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract of memory stores, kept by ours on the public server for Node, which nobody here wrote. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
final class NodeServerChatMemoryStoreTest extends ChatMemoryStoreContract {

    private static NodeServer server;
    private static int tests;

    private final String prefix = "memories-" + ++tests;

    @BeforeAll
    static void start() {
        server = NodeServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder()
                .baseUrl(server.base().toString())
                .prefix(prefix)
                .build();
    }
}
