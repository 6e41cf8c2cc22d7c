package dev.anabranch.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The public Durable Streams server for Node, as a child process. Lives in the folder that {@code .ci/node-server} has
 * made and that the system property {@value #FOLDER} names.
 */
public final class NodeServer implements AutoCloseable {

    /** The system property that names the folder with the server and its packages. */
    public static final String FOLDER = "anabranch.node.server";

    /** Why tests that need the server do not run without the property. */
    public static final String REASON = "needs -D" + FOLDER + "=$(.ci/node-server)";

    private final Process process;
    private final URI base;

    private NodeServer(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** Starts an empty server on a free port. Its long-polls time out after two seconds. */
    public static NodeServer start() {
        Path folder = Path.of(System.getProperty(FOLDER, ""));
        if (!Files.isRegularFile(folder.resolve("server.mjs"))) {
            throw new IllegalStateException("no server.mjs in '" + folder + "': " + REASON);
        }
        try {
            Process process = new ProcessBuilder("node", "server.mjs", "2000")
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            if (line == null || !line.startsWith("listening on ")) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not start: " + line);
            }
            return new NodeServer(process, URI.create(line.substring("listening on ".length()) + "/v1/stream"));
        } catch (IOException cannotStart) {
            throw new UncheckedIOException(cannotStart);
        }
    }

    /** The URL below which its streams are. */
    public URI base() {
        return base;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
