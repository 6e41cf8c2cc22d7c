package dev.anabranch.session;

import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.StreamName;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SessionsOverHttpTest extends AgentSessionsContract {

    private static AnabranchServer server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0).withDataDir(folder));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected DurableStreams openStreams() {
        return HttpDurableStreams.connect(server.uri().resolve("/v1/stream"));
    }

    @Override
    protected SessionsOptions options() {
        return SessionsOptions.DEFAULTS.withPrefix(new StreamName("test-" + UUID.randomUUID()));
    }
}
