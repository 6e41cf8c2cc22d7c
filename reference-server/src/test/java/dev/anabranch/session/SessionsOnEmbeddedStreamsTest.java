package dev.anabranch.session;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.stream.DurableStreams;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SessionsOnEmbeddedStreamsTest extends AgentSessionsContract {

    @TempDir
    Path folder;

    @Override
    protected DurableStreams openStreams() {
        return EmbeddedDurableStreams.open(folder.resolve("data"));
    }
}
