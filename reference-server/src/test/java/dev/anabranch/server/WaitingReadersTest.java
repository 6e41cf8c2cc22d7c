package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingReadersTest {

    private static final int READERS = 2_000;

    private static AnabranchServer start(HeapEngine engine, ServerLimits limits) {
        ServerOptions options = ServerOptions.DEFAULTS.withPort(0).withLimits(limits);
        return AnabranchServer.start(options, engine, engine::close, List.of(), List.of());
    }

    private static void send(AnabranchServer server, int status, String request) {
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.send(request).status()).isEqualTo(status);
        }
    }

    @Test
    void twoThousandReadersWaitWithoutAThreadEachAndAllSeeTheNextAppend() {
        HeapEngine engine = new HeapEngine();
        List<Wire> readers = new ArrayList<>();
        try (AnabranchServer server = start(engine, ServerLimits.DEFAULTS)) {
            send(server, 201, "PUT /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n\n");
            int threads = Thread.activeCount();
            for (int i = 0; i < READERS; i++) {
                Wire reader = new Wire(server.port());
                readers.add(reader);
                reader.send("GET /v1/stream/a?offset=now&live=sse HTTP/1.1\nHost: localhost\n\n");
            }
            readers.forEach(reader -> reader.until("\"upToDate\":true}\n\n"));

            assertThat(Thread.activeCount() - threads).isLessThan(250);
            send(server, 200, "GET /v1/stream/a HTTP/1.1\nHost: localhost\n\n");
            send(
                    server,
                    204,
                    "POST /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\nContent-Length: 4\n\nnews");
            for (Wire reader : readers) {
                assertThat(reader.until("\"upToDate\":true}\n\n")).contains("data:news\n");
            }
        } finally {
            readers.forEach(Wire::close);
        }
    }

    @Test
    void oneReaderTooManyIsToldToComeBack() {
        HeapEngine engine = new HeapEngine();
        try (AnabranchServer server = start(engine, ServerLimits.DEFAULTS.withWaitingReadersMax(1));
                Wire first = new Wire(server.port());
                Wire second = new Wire(server.port())) {
            send(server, 201, "PUT /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n\n");
            first.send("GET /v1/stream/a?offset=now&live=sse HTTP/1.1\nHost: localhost\n\n");
            first.until("\"upToDate\":true}\n\n");

            second.send("GET /v1/stream/a?offset=now&live=long-poll HTTP/1.1\nHost: localhost\n\n");

            assertThat(second.response()).startsWith("HTTP/1.1 503 ").contains("\nRetry-After: 1\n");
        }
    }

    @Test
    void aReaderThatTakesNothingHoldsOnePageAndNobodyElseUp() {
        HeapEngine engine = new HeapEngine();
        try (AnabranchServer server = start(engine, ServerLimits.DEFAULTS);
                Wire writer = new Wire(server.port());
                Wire stuck = new Wire(server.port())) {
            send(server, 201, "PUT /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n\n");
            String line = "x".repeat(1 << 20);
            for (int i = 0; i < 32; i++) {
                writer.send("POST /v1/stream/a HTTP/1.1\nHost: localhost\nContent-Type: text/plain\nContent-Length: "
                                + line.length() + "\n\n" + line)
                        .response();
            }
            stuck.send("GET /v1/stream/a?offset=-1&live=sse HTTP/1.1\nHost: localhost\n\n");

            send(server, 200, "GET /v1/stream/a?offset=0031 HTTP/1.1\nHost: localhost\n\n");
            assertThat(stuck.until("\"streamNextOffset\":\"0032\"")).hasSizeGreaterThan(32 << 20);
        }
    }
}
