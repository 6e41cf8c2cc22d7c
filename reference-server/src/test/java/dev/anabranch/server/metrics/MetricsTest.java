package dev.anabranch.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {

    @Test
    void figuresTellRoutesApartAndShowNoNamesOfStreams(@TempDir Path folder) {
        try (TestServer server = TestServer.start(folder, TestServer.users("alice"))) {
            server.call("PUT", "/v1/stream/hidden-name", "alice", "[1]");
            server.post("/v1/stream/hidden-name", "alice", "[2]");
            server.get("/v1/conversations/hidden-id", "alice");
            server.call("MADE-UP", "/no/such/hidden-path", "alice", "");

            String figures = server.get("/metrics", "root").response().body();

            assertThat(figures)
                    .contains("anabranch_http_requests_seconds_count{"
                            + "method=\"POST\",route=\"/v1/stream/**\",status=\"204\"} 1")
                    .contains("anabranch_http_requests_seconds_count{"
                            + "method=\"GET\",route=\"/v1/conversations/{id}\",status=\"404\"} 1")
                    .contains("route=\"none\"")
                    .contains("anabranch_syncs_total")
                    .contains("anabranch_waiting_readers ")
                    .contains("jvm_memory_used_bytes")
                    .containsPattern("anabranch_storage_bytes [1-9]")
                    .doesNotContain("hidden")
                    .doesNotContain("MADE-UP");
        }
    }

    @Test
    void figuresAreForAdministratorsWhereThereAreTokens(@TempDir Path folder) {
        try (TestServer server = TestServer.start(folder, TestServer.users("alice"))) {
            assertThat(server.get("/metrics", "").status()).isEqualTo(401);
            assertThat(server.get("/metrics", "alice").status()).isEqualTo(403);
            assertThat(server.get("/metrics", "root").status()).isEqualTo(200);
        }
    }

    @Test
    void aFixedSegmentIsMeantRatherThanAParameter() {
        RouteNames names = new RouteNames(List.of("/v1/conversations/{id}", "/v1/conversations/search"));

        assertThat(names.of("/v1/conversations/search")).isEqualTo("/v1/conversations/search");
        assertThat(names.of("/v1/conversations/plan")).isEqualTo("/v1/conversations/{id}");
        assertThat(names.of("/v1/conversations/")).isEqualTo(RouteNames.NONE);
        assertThat(names.of("/v1/conversations/a/b")).isEqualTo(RouteNames.NONE);
        assertThat(names.of("/v1/stream/__ds/subscriptions/x")).isEqualTo("/v1/stream/__ds/**");
    }
}
