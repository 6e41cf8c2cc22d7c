package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class StoreOverHttpTest extends ChatMemoryStoreContract {

    private static AnabranchServer server;

    private final String prefix = "test-" + UUID.randomUUID();

    @BeforeAll
    static void start(@TempDir Path folder) {
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
