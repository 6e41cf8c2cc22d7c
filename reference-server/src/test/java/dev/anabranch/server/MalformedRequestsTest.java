package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client should send, and what the server makes of it. */
class MalformedRequestsTest {

    private static final int BODY_BYTES_MAX = 100_000;

    private static final String POST = "POST /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n";

    private static HeapEngine engine;
    private static AnabranchServer server;

    @BeforeAll
    static void start() {
        engine = new HeapEngine();
        ServerOptions options =
                ServerOptions.DEFAULTS.withPort(0).withLimits(ServerLimits.DEFAULTS.withBodyBytesMax(BODY_BYTES_MAX));
        server = AnabranchServer.start(options, engine, engine::close, List.of(), List.of());
        try (Wire wire = new Wire(server.port())) {
            wire.send("PUT /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n\n")
                    .status();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String answer(String request) {
        try (Wire wire = new Wire(server.port())) {
            return wire.send(request).response();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/stream/../etc", "/v1/stream/a/../b", "/v1/stream/./a", "/v1/stream/%2e%2e/a", "/v1/stream/a%2fb",
                "/v1/stream/a%2Fb", "/v1/stream/a%5cb", "/v1/stream/a\\b", "/v1/stream/a//b", "/v1/stream//a",
                "/v1/stream/a/", "/v1/stream/", "/v1/stream/a%00", "/v1/stream/a%0d%0ab", "/v1/stream/a%7f",
                "/v1/stream/a%zz", "/v1/stream/a%", "/v1/stream/%c0%ae", "/v1/stream/%ff", "/v1/stream/%5f_ds/x"
            })
    void aPathThatNamesNoStreamIsRefused(String path) {
        assertThat(answer("GET " + path + " HTTP/1.1\nHost: localhost\n\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("\nContent-Type: application/problem+json\n", "\"code\":\"validation_error\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH /v1/stream/a", "POST /v1/stream/a/../b"})
    void whatIsRefusedBeforeItsBodyArrivesEndsTheConnectionAndSaysSo(String request) {
        String head = request + " HTTP/1.1\nHost: localhost\nContent-Length: 5\n\n";

        assertThat(answer(head)).startsWith("HTTP/1.1 4").contains("\nConnection: close\n");

        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.send(head + "hello").response()).doesNotContain("\nConnection: close\n");
            assertThat(wire.send("GET /v1/stream/a HTTP/1.1\nHost: localhost\n\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPathOfBytesThatAreNotUtf8IsRefused() {
        try (Wire wire = new Wire(server.port())) {
            byte[] request =
                    "GET /v1/stream/\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

            assertThat(wire.sendRaw(request).status()).isEqualTo(400);
        }
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertThat(answer("GET /v1/stream/" + "a".repeat(2000) + " HTTP/1.1\nHost: localhost\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer("GET /v1/stream/" + "a".repeat(20_000) + " HTTP/1.1\nHost: localhost\n\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("application/problem+json");
    }

    @Test
    void headersThatAreTooLongAreRefused() {
        assertThat(answer("GET /v1/stream/a HTTP/1.1\nHost: localhost\nX: " + "x".repeat(20_000) + "\n\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\n\nzz\nabc\n0\n\n",
                "Transfer-Encoding: chunked\n\n3\nabcdef\n0\n\n",
                "Transfer-Encoding: chunked\n\n-1\nabc\n0\n\n",
                "Transfer-Encoding: chunked\nContent-Length: 3\n\n1\n1\n0\n\n",
                "Transfer-Encoding: gzip\n\nabc",
                "Transfer-Encoding: gzip, chunked\n\n3\nabc\n0\n\n",
                "Content-Length: 3\nContent-Length: 4\n\nabcd",
                "Content-Length: -3\n\nabc",
                "Content-Length: x\n\nabc",
                "no colon\nContent-Length: 3\n\nabc"
            })
    void aMalformedBodyIsRefusedAndNothingIsAppended(String rest) {
        assertThat(answer(POST + rest)).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(answer("GET /v1/stream/a HTTP/1.1\nHost: localhost\n\n")).contains("\nContent-Length: 0\n");
    }

    @Test
    void chunksAreNotOfHttpOnePointZero() {
        String old = "POST /v1/stream/a HTTP/1.0\nHost: localhost\nContent-Type: text/plain\n";

        assertThat(answer(old + "Transfer-Encoding: chunked\n\n1\na\n0\n\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aCompressedBodyIsRefusedAndNotStoredAsItComes() {
        assertThat(answer(POST + "Content-Encoding: gzip\nContent-Length: 3\n\nabc"))
                .startsWith("HTTP/1.1 415 ")
                .contains("\nAccept-Encoding: identity\n");
        assertThat(answer("PUT /v1/stream/gz HTTP/1.1\nHost: localhost\nContent-Encoding: br\nContent-Length: 1\n\na"))
                .startsWith("HTTP/1.1 415 ");
        assertThat(answer("GET /v1/stream/gz HTTP/1.1\nHost: localhost\n\n")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "POST", "DELETE", "PATCH", "FOO"})
    void aMalformedHeaderIsAProblemWhateverTheMethod(String method) {
        assertThat(answer(method + " /v1/stream/a HTTP/1.1\nHost: localhost\nStream-TTL: \u0001\n\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "Illegal character");
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedAtOnce() {
        assertThat(answer(POST + "Content-Length: 100001\n\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("larger than 100000 bytes");
        assertThat(answer(POST + "Expect: 100-continue\nContent-Length: 100001\n\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void aBodyThatTurnsOutToBeTooLargeIsRefusedWhileItsSenderStillSends() {
        try (Wire wire = new Wire(server.port())) {
            wire.send(POST + "Transfer-Encoding: chunked\n\n");
            String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
            for (int i = 0; i < 1000; i++) {
                wire.sendRaw(chunk); // 32 MB, all of which can be sent
            }
            wire.sendRaw("0\r\n\r\n");

            assertThat(wire.response()).startsWith("HTTP/1.1 413 ").contains("\"code\":\"limit_exceeded\"");
        }
    }

    @Test
    void bodiesThatAreSlowToComeStarveNobody() {
        List<Wire> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                Wire wire = new Wire(server.port());
                slow.add(wire);
                wire.send(POST.replace("stream/a", "stream/none") + "Content-Length: 3\n\na");
            }
            assertThat(answer("GET /v1/stream/a HTTP/1.1\nHost: localhost\n\n")).startsWith("HTTP/1.1 200 ");
            assertThat(slow.get(499).sendRaw("bc").status()).isEqualTo(404);
        } finally {
            slow.forEach(Wire::close);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\n\nSM\n\n",
                "GET /v1/stream/a HTTP/2.0\nHost: localhost\n\n",
                "GET /v1/stream/a HTTP/1.2\nHost: localhost\n\n"
            })
    void anotherVersionOfHttpIsRefused(String request) {
        assertThat(answer(request))
                .startsWith("HTTP/1.1 505 ")
                .contains("application/problem+json", "\"code\":\"http_version_not_supported\"");
    }
}
