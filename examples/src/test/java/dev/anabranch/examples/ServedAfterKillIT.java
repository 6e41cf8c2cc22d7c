package dev.anabranch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.examples.model.Models;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar serves what the example wrote, after a stop and after a kill. */
final class ServedAfterKillIT {

    private static final Path JAR = Path.of("..", "reference-server", "target", "anabranch-server.jar");

    @TempDir
    private Path folder;

    @Test
    void theServersJarServesTheConversationAfterAStopAndAfterAKill() throws Exception {
        List<String> ids;
        try (DurableStreams streams = EmbeddedDurableStreams.open(folder);
                AgentSessions sessions = AgentSessions.of(streams)) {
            Stage stage = new Stage(folder, Models.offline(Duration.ZERO), System.out, Map.of());
            ids = FirstFork.converse(stage, streams, sessions).stream()
                    .map(AgentSession::id)
                    .toList();
        }

        serve(ids, Process::destroy);
        serve(ids, Process::destroyForcibly);
        serve(ids, Process::destroy);
    }

    /** Starts the server, looks at the conversation, writes to it, and ends the server. */
    private void serve(List<String> ids, Consumer<Process> end) throws Exception {
        Process server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-jar",
                        JAR.toString(),
                        "--port",
                        "0",
                        "--data-dir",
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (DurableStreams streams = HttpDurableStreams.connect(address(server).resolve("/v1/stream"));
                AgentSessions sessions = AgentSessions.of(streams)) {
            FirstForkTest.assertConversation(ids.stream().map(sessions::session).toList());
            assertThat(sessions.tree(ids.get(0)).sessions()).hasSize(3);
            // Work for a recovery: written just before the end, and to be gone again the next time.
            assertThat(sessions.session(ids.get(0))
                            .fork(ForkPoint.now(), "gone")
                            .delete())
                    .isTrue();
        } finally {
            end.accept(server);
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static URI address(Process server) throws IOException {
        // The reader stays open with the process: closing it would close the server's output.
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String ready = out.readLine();
        assertThat(ready).startsWith("listening on ");
        return URI.create(ready.substring("listening on ".length()));
    }
}
