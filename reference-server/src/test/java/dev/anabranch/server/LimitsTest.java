package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits that the command line sets: what is at one passes, what is one past it does not. */
class LimitsTest {

    private static final String STREAM = "/v1/stream/s";

    @TempDir
    private Path folder;

    private TestServer start(String... arguments) {
        ServerOptions options = CommandLine.parse(List.of(arguments), Map.of());
        TestServer server = start(options);
        create(server);
        return server;
    }

    private TestServer start(ServerOptions options) {
        return TestServer.start(folder, given -> options.withPort(0).withDataDir(given.dataDir()));
    }

    private static void create(TestServer server) {
        assertThat(server.call("PUT", STREAM, "", "", "Content-Type", "application/json")
                        .status())
                .isEqualTo(201);
    }

    private static TestServer.Reply append(TestServer server, String body, String... headers) {
        return server.call("POST", STREAM, "", body, headers);
    }

    /** A JSON string that takes so many bytes. */
    private static String text(int bytes) {
        return '"' + "x".repeat(bytes - 2) + '"';
    }

    private static void assertRefused(TestServer.Reply reply, String why) {
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.text("code")).isEqualTo("limit_exceeded");
        assertThat(reply.text("detail")).contains(why);
        assertThat(reply.header("Retry-After")).isEmpty();
    }

    @Test
    void aBody() {
        try (TestServer server = start("--max-body-bytes", "4096")) {
            assertThat(append(server, text(4096)).status()).isEqualTo(204);
            assertRefused(append(server, text(4097)), "larger than 4096 bytes");
        }
    }

    @Test
    void aMessage() {
        try (TestServer server = start("--max-message-bytes", "4096")) {
            assertThat(append(server, "[1," + text(4096) + "]").status()).isEqualTo(204);
            assertRefused(append(server, "[1," + text(4097) + "]"), "longer than 4096 bytes");
        }
    }

    @Test
    void theMessagesOfAnAppend() {
        try (TestServer server = start("--max-batch-messages", "2")) {
            assertThat(append(server, "[1,2]").status()).isEqualTo(204);
            assertRefused(append(server, "[1,2,3]"), "more than 2 messages");
        }
    }

    @Test
    void theDepthOfJson() {
        try (TestServer server = start("--max-json-depth", "2")) {
            assertThat(append(server, "{\"a\":[1]}").status()).isEqualTo(204);
            assertRefused(append(server, "{\"a\":[[1]]}"), "deeper than 2");
        }
    }

    @Test
    void theProducersOfAStream() {
        try (TestServer server = start("--max-producers", "1")) {
            String[] first = {"Producer-Id", "a", "Producer-Epoch", "0", "Producer-Seq", "0"};
            String[] second = {"Producer-Id", "b", "Producer-Epoch", "0", "Producer-Seq", "0"};

            assertThat(append(server, "1", first).status()).isEqualTo(200);
            assertRefused(append(server, "1", second), "has 1 producers already");
            assertThat(append(server, "1", first).status()).isEqualTo(204);
        }
    }

    @Test
    void whatIsRefusedChangesNothing() {
        try (TestServer server = start("--max-batch-messages", "2")) {
            append(server, "[1,2]");
            append(server, "[3,4,5]");

            assertThat(server.get(STREAM, "").json().toString()).isEqualTo("[1,2]");
        }
    }

    @Test
    void theServersOwnRecordsAreNotBoundByWhatClientsMaySend() {
        ServerOptions tiny = CommandLine.parse(
                List.of("--max-message-bytes", "1", "--max-json-depth", "1", "--max-body-bytes", "300"), Map.of());
        String subscription = "{\"type\":\"pull-wake\",\"pattern\":\"jobs/*\",\"wake_stream\":\"wakes\"}";
        try (TestServer server = start(tiny)) {
            server.call("PUT", "/v1/stream/wakes", "", "");
            assertThat(server.call("PUT", "/v1/stream/__ds/subscriptions/s", "", subscription)
                            .status())
                    .isEqualTo(201);
        }
        try (TestServer server = start(tiny)) {
            assertThat(server.get("/v1/stream/__ds/subscriptions/s", "").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theMemoryForBlocks() {
        ServerOptions options = CommandLine.parse(List.of("--block-cache-bytes", "3000000000"), Map.of());

        assertThat(options.engine().blockCacheBytes()).isEqualTo(3_000_000_000L);
        assertThat(options.withEngine(options.engine().withBlockCacheBytes(1 << 20))
                        .engine()
                        .blockCacheBytes())
                .isEqualTo(1 << 20);
    }
}
