package dev.anabranch.server;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsContract;
import dev.anabranch.stream.HttpDurableStreams;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, through the Java client. */
class StreamsOverHttpIT extends DurableStreamsContract {

    private static ServerProcess server;
    private static DurableStreams streams;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = ServerProcess.start(folder, "--long-poll-timeout", "1000");
        streams = HttpDurableStreams.connect(server.uri().resolve("/v1/stream"));
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
}
