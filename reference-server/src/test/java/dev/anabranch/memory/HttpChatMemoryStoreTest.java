package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of memory stores, kept by ours over HTTP. Each test has a server's streams below a name of its own. */
final class HttpChatMemoryStoreTest extends ChatMemoryStoreContract {

    @TempDir
    private static Path folder;

    private static AnabranchServer server;
    private static int tests;

    private final String prefix = "contract-" + ++tests;

    @BeforeAll
    static void start() {
        server = AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0).withDataDir(folder));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder()
                .baseUrl(server.uri() + "/v1/stream/")
                .prefix(prefix)
                .build();
    }
}
