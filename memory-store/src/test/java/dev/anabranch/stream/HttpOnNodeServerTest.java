package dev.anabranch.stream;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The HTTP client against the public server for Node, which nobody here wrote. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
class HttpOnNodeServerTest extends DurableStreamsContract {

    private static NodeServer server;
    private static HttpDurableStreams streams;

    @BeforeAll
    static void start() {
        server = NodeServer.start();
        streams = HttpDurableStreams.connect(server.base());
    }

    @AfterAll
    static void stop() {
        streams.close();
        server.close();
    }

    @Override
    protected DurableStreams streams() {
        return streams;
    }

    @Override
    protected Set<Lack> lacks() {
        return Set.of(Lack.EXACT_JSON);
    }
}
