package dev.anabranch.branch;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.Main;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the sessions of a test lie on. Each is started once for all tests: they keep apart by their session ids. */
public enum Backend {
    EMBEDDED {
        @Override
        public DurableStreams open() {
            return EmbeddedDurableStreams.inMemory();
        }
    },
    HTTP {
        @Override
        public DurableStreams open() {
            return HttpDurableStreams.connect(Server.BASE);
        }
    };

    /** Streams of one's own: what one such object is told, another over the same server sees. */
    public abstract DurableStreams open();

    /** The server, as its own process, which ends with this one. */
    static final class Server {

        static final URI BASE = start();

        private Server() {}

        private static URI start() {
            try {
                Path folder = Files.createTempDirectory("anabranch-agent-tools");
                ChildJvm server = ChildJvm.start(Main.class, "--port", "0", "--data-dir", folder.toString());
                String address = server.await("listening on ")
                        .orElseThrow(() -> new IllegalStateException("the server ended before it listened"));
                return URI.create(address + "/v1/stream");
            } catch (IOException noFolder) {
                throw new UncheckedIOException(noFolder);
            }
        }
    }
}
