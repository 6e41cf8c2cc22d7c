package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the executable jar logs when it is asked to do so by lines of JSON. */
class LogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UNREADABLE = "token file cannot be read";
    private static final String REQUEST = """
            PUT /v1/stream/notes?offset=private HTTP/1.1
            Host: localhost
            Authorization: Bearer s3cret
            Content-Type: text/plain
            Content-Length: 12

            my own words""";

    @TempDir
    Path folder;

    @Test
    void everyLineIsJsonAndNoneHoldsATokenOrContent() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), TestServer.line("s3cret", "alice", "read,append"));
        Path log = folder.resolve("log");
        try (ServerProcess server = ServerProcess.startLoggingTo(
                        log, folder.resolve("data"), "--token-file", tokens.toString(), "--request-log", "true");
                Wire wire = new Wire(server.port())) {
            Files.writeString(tokens, "\nsha256:t0psecret", StandardOpenOption.APPEND);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            do { // the server looks at its tokens once in a while, when there is a request
                wire.send(REQUEST).response();
            } while (!Files.readString(log).contains(UNREADABLE) && System.nanoTime() < deadline);
        }

        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            lines.add(new ObjectMapper().readTree(line));
        }

        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("level").asText()).isEqualTo("WARN");
            assertThat(line.path("message").asText()).startsWith(UNREADABLE);
        });
        assertThat(lines)
                .anySatisfy(line -> assertThat(line.path("path").asText()).isEqualTo("/v1/stream/notes"));
        assertThat(Files.readString(log)).doesNotContain("s3cret", "t0psecret", "my own words", "private");
    }
}
