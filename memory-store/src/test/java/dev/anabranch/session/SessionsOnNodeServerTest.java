package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.NodeServer;
import dev.anabranch.stream.StreamName;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Sessions on the public server for Node, which nobody here wrote. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
class SessionsOnNodeServerTest extends AgentSessionsContract {

    private static NodeServer server;

    @BeforeAll
    static void start() {
        server = NodeServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected DurableStreams openStreams() {
        return HttpDurableStreams.connect(server.base());
    }

    @Override
    protected SessionsOptions options() {
        return SessionsOptions.DEFAULTS.withPrefix(new StreamName("test-" + UUID.randomUUID()));
    }
}
