package dev.anabranch.engine;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The engine in process, on disk. */
class EmbeddedDurableStreamsTest extends DurableStreamsContract {

    private static EmbeddedDurableStreams streams;

    @BeforeAll
    static void open(@TempDir Path folder) {
        streams = EmbeddedDurableStreams.open(folder);
    }

    @AfterAll
    static void close() {
        streams.close();
    }

    @Override
    protected DurableStreams streams() {
        return streams;
    }
}
