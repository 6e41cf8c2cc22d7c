package dev.anabranch.engine;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The engine in process, on a storage that forgets. */
class InMemoryDurableStreamsTest extends DurableStreamsContract {

    private static EmbeddedDurableStreams streams;

    @BeforeAll
    static void open() {
        streams = EmbeddedDurableStreams.inMemory();
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
