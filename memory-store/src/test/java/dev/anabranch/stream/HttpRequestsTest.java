package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What the client sends, to whom, and what it takes for an answer. */
class HttpRequestsTest extends HttpFaultsFixture {

    @Test
    void aHugeAnswerIsRefused() {
        server.next(Fault.answer(200, "x".repeat(5000), "Content-Type: text/plain", "Stream-Next-Offset: 0_1"));
        server.next(Fault.answer(200, "x".repeat(1000), "Content-Type: text/plain", "Stream-Next-Offset: 0_1"));
        try (HttpDurableStreams client = patient().responseBytesMax(1000).build()) {
            assertThatThrownBy(() -> client.read(NAME, Offset.BEGINNING)).isInstanceOf(LimitExceededException.class);
            assertThat(client.read(NAME, Offset.BEGINNING).messages().get(0).size())
                    .isEqualTo(1000);
        }
    }

    @Test
    void aRedirectIsFollowedOnTheSameServerOnly() {
        try (FaultProxy other = FaultProxy.to(URI.create("http://127.0.0.1:9/"));
                HttpDurableStreams client = patient().bearerToken("s3cret").build()) {
            server.next(Fault.answer(307, "", "Location: /v2/s"));
            server.next(APPENDED);
            assertThat(client.append(NAME, PLAIN)).isInstanceOf(AppendResult.Appended.class);
            assertThat(server.transcripts().get(1))
                    .startsWith("POST /v2/s ")
                    .contains("Authorization: Bearer s3cret")
                    .endsWith("[1]");

            server.next(Fault.answer(307, "", "Location: " + other.uri() + "s"));
            assertThatThrownBy(() -> client.append(NAME, PLAIN)).isInstanceOf(InvalidRequestException.class);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void redirectsInACircleEnd() {
        for (int i = 0; i < 20; i++) {
            server.next(Fault.answer(307, "", "Location: /v1/stream/s"));
        }

        assertThatThrownBy(() -> streams.append(NAME, PLAIN)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aRequestWhoseTokenWasRefusedIsSentOnceMoreWithARenewedOne() {
        Queue<String> tokens = new ConcurrentLinkedQueue<>(List.of("old", "new", "new", "next", "last", "none"));
        try (HttpDurableStreams client = patient().bearerToken(tokens::remove).build()) {
            server.next(Fault.answer(401, ""));
            server.next(APPENDED);
            assertThat(client.append(NAME, PLAIN)).isInstanceOf(AppendResult.Appended.class);
            assertThat(server.transcripts().get(0)).contains("Authorization: Bearer old\r\n");
            assertThat(server.transcripts().get(1)).contains("Authorization: Bearer new\r\n");

            server.next(Fault.answer(401, ""));
            server.next(Fault.answer(401, ""));
            assertThatThrownBy(() -> client.append(NAME, PLAIN)).isInstanceOf(AccessDeniedException.class);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void aTokenThatStaysTheSameIsRefusedOnce() {
        server.next(Fault.answer(401, ""));
        try (HttpDurableStreams client = patient().bearerToken("wrong").build()) {
            assertThatThrownBy(() -> client.read(NAME, Offset.BEGINNING)).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void slashesAtTheEndOfTheBaseDoNotMatter() {
        for (String base : List.of(server.uri().toString(), server.uri() + "/", server.uri() + "//")) {
            server.next(PAGE);
            try (HttpDurableStreams client = HttpDurableStreams.connect(URI.create(base))) {
                client.read(NAME, Offset.BEGINNING);
            }
        }
        assertThat(server.requests()).hasSize(3).containsOnly("GET /v1/stream/s?offset=-1 HTTP/1.1");
    }

    @Test
    void theTokenIsInNoExceptionAndNoDescription() {
        try (HttpDurableStreams client =
                        patient().attempts(1).bearerToken("s3cret").build();
                HttpDurableStreams broken =
                        patient().bearerToken("s3cret\r\nX: y").build()) {
            List<Throwable> failures = new ArrayList<>();
            server.next(Fault.lostRequest());
            failures.add(catchThrowable(() -> client.append(NAME, PLAIN)));
            server.next(Fault.answer(401, "who are you", "Content-Type: text/plain"));
            failures.add(catchThrowable(() -> client.read(NAME, Offset.BEGINNING)));
            failures.add(catchThrowable(() -> broken.read(NAME, Offset.BEGINNING)));
            server.refuse();
            failures.add(catchThrowable(() -> client.head(NAME)));

            assertThat(failures).doesNotContainNull().allSatisfy(failure -> {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).doesNotContain("s3cret");
            });
            assertThat(client.toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> HttpDurableStreams.connect(URI.create("ftp://host/")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpDurableStreams.connect(URI.create("http://user:pass@host/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pass");
        assertThatThrownBy(() -> patient().header("Authorization", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> patient().header("X-Key", "s3cret\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> patient().backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        HttpClient follower = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        assertThatThrownBy(() -> patient().httpClient(follower)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedClientTakesNoCalls() {
        streams.close();

        assertThatThrownBy(() -> streams.head(NAME)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void extraHeadersTravelWithEveryRequest() {
        server.next(PAGE);
        try (HttpDurableStreams client = patient().header("X-Tenant", "t1").build()) {
            client.read(NAME, Offset.BEGINNING);
        }
        assertThat(server.transcripts().get(0)).contains("X-Tenant: t1\r\n");
    }

    @Test
    void aHeaderIsAskedForAnewForEveryAttempt() {
        Iterator<String> values = List.of("a", "b", "c\r\nEvil: 1").iterator();
        server.next(Fault.answer(503, "", "Retry-After: 0"));
        server.next(PAGE);
        try (HttpDurableStreams client =
                patient().header("X-Mark", values::next).build()) {
            client.read(NAME, Offset.BEGINNING);
            assertThatThrownBy(() -> client.read(NAME, Offset.BEGINNING))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageNotContaining("Evil");
        }
        assertThat(server.transcripts().get(0)).contains("X-Mark: a\r\n");
        assertThat(server.transcripts().get(1)).contains("X-Mark: b\r\n");
    }
}
