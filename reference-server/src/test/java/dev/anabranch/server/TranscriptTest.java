package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and responses as they are on the wire. */
class TranscriptTest {

    private final HeapEngine engine = new HeapEngine();
    private AnabranchServer server;
    private Wire wire;

    @BeforeEach
    void start() {
        server = AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0), engine, engine::close, List.of(), List.of());
        wire = new Wire(server.port());
    }

    @AfterEach
    void stop() {
        wire.close();
        server.close();
    }

    private String put(String path, String contentType, String body) {
        return wire.send("PUT " + path + " HTTP/1.1\nHost: localhost\nContent-Type: " + contentType
                        + "\nContent-Length: " + body.length() + "\n\n" + body)
                .response();
    }

    private String post(String path, String body) {
        return wire.send("POST " + path + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: "
                        + body.length() + "\n\n" + body)
                .response();
    }

    private String get(String pathAndQuery) {
        return wire.send("GET " + pathAndQuery + " HTTP/1.1\nHost: localhost\n\n")
                .response();
    }

    @Test
    void aStreamIsMadeReadAndReadAgain() {
        assertThat(put("/v1/stream/a%20b", "application/json", "{\"n\":1}")).isEqualTo("""
                        HTTP/1.1 201 Created
                        X-Content-Type-Options: nosniff
                        Cross-Origin-Resource-Policy: cross-origin
                        Location: http://localhost/v1/stream/a%20b
                        Content-Type: application/json
                        Stream-Next-Offset: 0001
                        Content-Length: 0

                        """);
        assertThat(get("/v1/stream/a%20b")).isEqualTo("""
                        HTTP/1.1 200 OK
                        X-Content-Type-Options: nosniff
                        Cross-Origin-Resource-Policy: cross-origin
                        ETag: "1:-1:0001"
                        Stream-Next-Offset: 0001
                        Stream-Up-To-Date: true
                        Content-Type: application/json
                        Cache-Control: public, max-age=60, stale-while-revalidate=300
                        Content-Length: 9

                        [{"n":1}]""");
        String again = wire.send("""
                        GET /v1/stream/a%20b HTTP/1.1
                        Host: localhost
                        If-None-Match: "x", W/"1:-1:0001"

                        """).response();
        assertThat(again).isEqualTo("""
                        HTTP/1.1 304 Not Modified
                        X-Content-Type-Options: nosniff
                        Cross-Origin-Resource-Policy: cross-origin
                        ETag: "1:-1:0001"
                        Stream-Next-Offset: 0001
                        Stream-Up-To-Date: true
                        Cache-Control: public, max-age=60, stale-while-revalidate=300

                        """);
    }

    @Test
    void theAnswerToHeadSaysNothingOfTheLengthOfAnAnswerToGet() {
        put("/v1/stream/a", "application/json", "1");

        String head =
                wire.send("HEAD /v1/stream/a HTTP/1.1\nHost: localhost\n\n").head();

        assertThat(head)
                .startsWith("HTTP/1.1 200 OK")
                .contains("Stream-Next-Offset: 0001")
                .doesNotContain("Content-Length");
        assertThat(get("/v1/stream/a?offset=-1"))
                .as("nothing of a body was sent")
                .startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void theTagOfAReadChangesWhenTheStreamCloses() {
        put("/v1/stream/a", "application/json", "1");
        wire.send("POST /v1/stream/a HTTP/1.1\nHost: localhost\nStream-Closed: true\n\n")
                .response();

        assertThat(get("/v1/stream/a"))
                .contains("ETag: \"1:-1:0001:c\"\n", "Stream-Closed: true\n", "Stream-Up-To-Date: true\n");
    }

    @Test
    void anAppendToAClosedStreamSaysWhereItEnded() {
        put("/v1/stream/a", "application/json", "1");
        wire.send("POST /v1/stream/a HTTP/1.1\nHost: localhost\nStream-Closed: true\n\n")
                .response();

        assertThat(post("/v1/stream/a", "2")).isEqualTo("""
                        HTTP/1.1 409 Conflict
                        X-Content-Type-Options: nosniff
                        Cross-Origin-Resource-Policy: cross-origin
                        Stream-Next-Offset: 0001
                        Stream-Closed: true
                        Content-Type: application/problem+json
                        Cache-Control: no-store
                        Content-Length: 112

                        {"type":"about:blank","title":"Conflict","status":409,"detail":"the stream is closed","code":"stream_closed"}""".replace("Content-Length: 112", "Content-Length: 109"));
    }

    @Test
    void aReadOfWhatIsYetToComeIsNeverCached() {
        put("/v1/stream/a", "application/json", "1");

        assertThat(get("/v1/stream/a?offset=now"))
                .contains("\nCache-Control: no-store\n")
                .doesNotContain("ETag")
                .endsWith("\n\n[]");
    }

    @Test
    void whatIsNotThereIsAProblem() {
        assertThat(get("/v1/stream/none")).startsWith("HTTP/1.1 404 ").contains("\"code\":\"not_found\"");
        assertThat(get("/elsewhere")).startsWith("HTTP/1.1 404 ").contains("\"code\":\"not_found\"");
        assertThat(wire.send("PATCH /v1/stream/a HTTP/1.1\nHost: localhost\n\n").response())
                .startsWith("HTTP/1.1 405 ")
                .contains("\nAllow: GET, HEAD, PUT, POST, DELETE, OPTIONS\n");
    }

    @Test
    void aFullDiskIs507AndAFailedStore503() {
        put("/v1/stream/a", "application/json", "1");
        engine.failAppends(
                new StreamsUnavailableException(Cause.STORAGE_FULL, Outcome.NOT_DONE, "the disk is full", null));

        assertThat(post("/v1/stream/a", "2"))
                .startsWith("HTTP/1.1 507 ")
                .contains("\"detail\":\"the disk is full\"", "\"code\":\"storage_full\"");

        engine.failAppends(new StreamsUnavailableException(Cause.FAILURE, Outcome.UNKNOWN, "a sync failed", null));

        assertThat(post("/v1/stream/a", "2"))
                .startsWith("HTTP/1.1 503 ")
                .contains("\nRetry-After: 1\n", "\"detail\":\"a sync failed\"");
        assertThat(get("/v1/stream/a")).startsWith("HTTP/1.1 200 ").endsWith("[1]");
    }

    @Test
    void aFaultOfTheServerShowsNothingOfItsInside() {
        put("/v1/stream/a", "application/json", "1");
        engine.failAppends(new IllegalStateException("secret"));

        assertThat(post("/v1/stream/a", "2"))
                .startsWith("HTTP/1.1 500 ")
                .contains("\"code\":\"internal_error\"")
                .doesNotContain("secret", "IllegalState", "at dev.");
    }

    @Test
    void aLongPollIsAnsweredByTheNextAppend() {
        put("/v1/stream/a", "application/json", "1");
        try (Wire reader = new Wire(server.port())) {
            reader.send("GET /v1/stream/a?offset=0001&live=long-poll HTTP/1.1\nHost: localhost\n\n");
            while (engine.waiting() == 0) {
                Thread.onSpinWait();
            }
            post("/v1/stream/a", "2");

            assertThat(reader.response())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\nStream-Cursor: ", "\nETag: \"1:0001:0002\"\n", "\nStream-Next-Offset: 0002\n")
                    .endsWith("\n\n[2]");
        }
    }

    @Test
    void aServerThatStopsEndsItsLongPollsInOrder() {
        put("/v1/stream/a", "application/json", "1");
        try (Wire reader = new Wire(server.port())) {
            reader.send("GET /v1/stream/a?offset=0001&live=long-poll HTTP/1.1\nHost: localhost\n\n");
            while (engine.waiting() == 0) {
                Thread.onSpinWait();
            }
            server.close();

            assertThat(reader.response()).startsWith("HTTP/1.1 204 ").contains("\nStream-Next-Offset: 0001\n");
        }
    }

    @Test
    void anSseConnectionBringsEveryAppendAndThenTheEnd() {
        put("/v1/stream/a", "text/plain", "1");
        try (Wire reader = new Wire(server.port())) {
            reader.send("GET /v1/stream/a?offset=-1&live=sse HTTP/1.1\nHost: localhost\n\n");
            assertThat(reader.head()).contains("Content-Type: text/event-stream\r\n");
            assertThat(reader.until("}\n\n")).contains("event: data\ndata:1\n\nevent: control\ndata:{");

            wire.send("""
                            POST /v1/stream/a HTTP/1.1
                            Host: localhost
                            Content-Type: text/plain
                            Stream-Closed: true
                            Content-Length: 1

                            2""").response();

            assertThat(reader.until("0\r\n\r\n"))
                    .contains(
                            "event: data\ndata:2\n\nevent: control\n",
                            "data:{\"streamNextOffset\":\"0002\",\"upToDate\":true,\"streamClosed\":true}\n\n");
        }
    }

    @Test
    void anEventIsWholeOnTheWireBeforeThereIsAnother() {
        put("/v1/stream/a", "text/plain", "1");
        try (Wire reader = new Wire(server.port())) {
            reader.send("GET /v1/stream/a?offset=-1&live=sse HTTP/1.1\nHost: localhost\n\n");

            assertThat(reader.head()).contains("\r\nTransfer-Encoding: chunked\r\n");
            assertThat(reader.until("}\n\n\r\n"))
                    .as("with the end of its chunk")
                    .contains("\r\nevent: data\ndata:1\n\nevent: control\ndata:{");
        }
    }

    @Test
    void theCursorsOfOneConnectionNeverGoBack() {
        put("/v1/stream/a", "application/json", "1");
        try (Wire reader = new Wire(server.port())) {
            reader.send("GET /v1/stream/a?offset=-1&live=sse&cursor=900000000000 HTTP/1.1\nHost: localhost\n\n");
            reader.head();
            long last = 900_000_000_000L;
            for (int append = 0; append < 20; append++) {
                long cursor =
                        Long.parseLong(reader.until("}\n\n").replaceAll("(?s).*\"streamCursor\":\"([0-9]+)\".*", "$1"));

                assertThat(cursor).isGreaterThanOrEqualTo(append == 0 ? last + 1 : last);
                last = cursor;
                post("/v1/stream/a", "2");
            }
        }
    }

    @Test
    void aLongPollForWhatItsReaderHasAlreadyIs304() {
        put("/v1/stream/a", "application/json", "1");

        String again = wire.send("""
                        GET /v1/stream/a?offset=-1&live=long-poll HTTP/1.1
                        Host: localhost
                        If-None-Match: "1:-1:0001"

                        """).response();

        assertThat(again).startsWith("HTTP/1.1 304 ").contains("\nStream-Cursor: ", "\nStream-Next-Offset: 0001\n");
    }
}
