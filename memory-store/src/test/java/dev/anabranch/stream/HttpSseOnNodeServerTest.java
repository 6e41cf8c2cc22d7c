package dev.anabranch.stream;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The HTTP client against the public server for Node, following tails by server-sent events. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
class HttpSseOnNodeServerTest extends DurableStreamsContract {

    private static NodeServer server;
    private static HttpDurableStreams streams;

    @BeforeAll
    static void start() {
        server = NodeServer.start();
        streams = HttpDurableStreams.builder(server.base())
                .liveMode(HttpDurableStreams.LiveMode.SSE)
                // When a stream is deleted, this server falls silent and leaves the connection open.
                .liveTimeout(Duration.ofSeconds(5))
                .build();
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
