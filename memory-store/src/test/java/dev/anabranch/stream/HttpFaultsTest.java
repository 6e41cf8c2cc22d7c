package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client does when the way to the server fails. */
class HttpFaultsTest {

    private static final StreamName NAME = new StreamName("s");
    private static final AppendRequest PLAIN = AppendRequest.json(List.of("1"));
    private static final AppendRequest PRODUCED = PLAIN.withProducer(new Producer("p", 0, 0));
    private static final Fault APPENDED = Fault.answer(204, "", "Stream-Next-Offset: 0_1");
    private static final Fault PAGE =
            Fault.answer(200, "[1]", "Content-Type: application/json", "Stream-Next-Offset: 0_1");

    private final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:9/v1/stream"));
    private final HttpDurableStreams streams = patient().build();

    private HttpDurableStreams.Builder patient() {
        return HttpDurableStreams.builder(server.uri()).backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    @AfterEach
    void close() {
        streams.close();
        server.close();
    }

    @Test
    void anAppendWhoseAnswerIsLostIsNotSentAgain() {
        server.next(Fault.lostRequest());
        server.next(APPENDED);

        StreamsUnavailableException failure =
                catchThrowableOfType(StreamsUnavailableException.class, () -> streams.append(NAME, PLAIN));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAppendOfAProducerIsSentAgain() {
        server.next(Fault.lostRequest());
        server.next(Fault.answer(502, ""));
        server.next(Fault.raw("HTTP/1.1 204 No"));
        server.next(Fault.answer(204, "", "Stream-Next-Offset: 0_1", "Producer-Seq: 0"));

        assertThat(streams.append(NAME, PRODUCED)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aRefusalOfARepeatSaysNothingOfTheFirstAttempt() {
        server.next(Fault.lostRequest());
        server.next(Fault.answer(409, "", "Stream-Closed: true", "Stream-Next-Offset: 0_1"));

        StreamsUnavailableException failure =
                catchThrowableOfType(StreamsUnavailableException.class, () -> streams.append(NAME, PRODUCED));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void anAppendThatNeverReachedTheServerIsSentAgain() {
        AtomicInteger attempts = new AtomicInteger();
        server.refuse();
        server.next(APPENDED);
        try (HttpDurableStreams client = patient()
                .bearerToken(() -> {
                    if (attempts.incrementAndGet() == 3) {
                        server.accept();
                    }
                    return "token";
                })
                .build()) {
            assertThat(client.append(NAME, PLAIN)).isInstanceOf(AppendResult.Appended.class);
        }
        assertThat(attempts.get()).isEqualTo(3);
    }

    @Test
    void anAppendThatNeverReachesTheServerIsNotDone() {
        server.refuse();

        StreamsUnavailableException failure =
                catchThrowableOfType(StreamsUnavailableException.class, () -> streams.append(NAME, PLAIN));

        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_DONE);
    }

    @Test
    void anAppendThatWasTurnedAwayIsSentAgain() {
        server.next(Fault.answer(429, "", "Retry-After: 0"));
        server.next(APPENDED);

        assertThat(streams.append(NAME, PLAIN)).isInstanceOf(AppendResult.Appended.class);
    }

    @Test
    void aDeleteThatIsRepeatedAndFindsNothingHasDeleted() {
        server.next(Fault.lostRequest());
        server.next(Fault.answer(404, ""));
        assertThat(streams.delete(NAME)).isTrue();

        server.next(Fault.lostRequest());
        server.next(Fault.answer(410, ""));
        assertThat(streams.delete(NAME)).isTrue();

        server.next(Fault.answer(404, ""));
        assertThat(streams.delete(NAME)).isFalse();
    }

    @Test
    void aCreateThatIsRepeatedFindsWhatItMade() {
        server.next(Fault.lostRequest());
        server.next(Fault.answer(200, "", "Content-Type: application/json", "Stream-Next-Offset: 0_0"));

        assertThat(streams.create(NAME, CreateRequest.JSON)).isInstanceOf(CreateResult.AlreadyExists.class);
    }

    @Test
    void aReadIsRepeatedUntilItIsWhole() {
        server.next(Fault.lostRequest());
        server.next(Fault.raw("garbage\r\n\r\n"));
        server.next(Fault.raw("HTTP/1.1 200 OK\r\nStream-Next-Offset: 0_1\r\nContent-Length: 100\r\n\r\n[1"));
        server.next(
                Fault.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nStream-Next-Offset: 0_1\r\n\r\n[1"));
        server.next(Fault.answer(503, "", "Retry-After: 0"));
        server.next(PAGE);

        assertThat(streams.read(NAME, Offset.BEGINNING).messages()).containsExactly(Payload.of("1"));
    }

    @Test
    void aPageThatHasComeWholeAndIsNoJsonIsNotAskedForAgain() {
        server.next(Fault.raw("""
                HTTP/1.1 200 OK
                Content-Type: application/json
                Stream-Next-Offset: 0_1
                Transfer-Encoding: chunked

                2
                [1
                0

                """.replace("\n", "\r\n")));
        server.next(PAGE);

        assertThatThrownBy(() -> streams.read(NAME, Offset.BEGINNING))
                .isInstanceOfSatisfying(
                        StreamsUnavailableException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(StreamsUnavailableException.Cause.ANSWER));
        assertThat(server.requests()).hasSize(1);
        assertThat(streams.read(NAME, Offset.BEGINNING).messages()).containsExactly(Payload.of("1"));
    }

    @Test
    void anAnswerThatDribblesIsGivenUp() throws InterruptedException {
        CountDownLatch givenUp = new CountDownLatch(1);
        server.next(exchange -> {
            try {
                exchange.answer(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    exchange.answer(new byte[] {'x'});
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            } catch (IOException | InterruptedException cut) {
                givenUp.countDown();
            }
        });
        try (HttpDurableStreams client =
                patient().attempts(1).attemptTimeout(Duration.ofMillis(200)).build()) {
            assertThatThrownBy(() -> client.read(NAME, Offset.BEGINNING))
                    .isInstanceOf(StreamsUnavailableException.class)
                    .hasMessageContaining("no whole answer within 200 ms");
        }
        assertThat(givenUp.await(20, TimeUnit.SECONDS)).as("connection closed").isTrue();
    }

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
    void aWaitIsAtLeastAsLongAsTheServerAsksAndNeverBeyondTheDeadline() {
        List<Duration> waits = new ArrayList<>();
        server.next(Fault.answer(503, "", "Retry-After: 7"));
        server.next(Fault.answer(503, ""));
        server.next(Fault.answer(503, "", "Retry-After: 30"));
        HttpSettings settings = settings();
        HttpRequests requests = new HttpRequests(settings);
        HttpCaller caller = new HttpCaller(
                new HttpTransport(HttpClient.newHttpClient(), requests, 1000), settings, () -> 0, waits::add);
        HttpCaller.Call call = new HttpCaller.Call("read", () -> requests.read(NAME, Offset.BEGINNING), false, true);

        int status = caller.call(call, (answer, repeated) -> answer.status());

        assertThat(status).isEqualTo(503);
        assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofMillis(200));
    }

    private HttpSettings settings() {
        return new HttpSettings(
                server.uri(),
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                9,
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
                HttpDurableStreams.LiveMode.LONG_POLL,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1000);
    }

    @Test
    void waitsDoubleUpToALimitAndAreSpread() {
        Backoff longest = new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), () -> 0);
        Backoff shortest = new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), () -> 1);

        assertThat(List.of(longest.after(1), longest.after(2), longest.after(3), longest.after(4), longest.after(1000)))
                .extracting(Duration::toMillis)
                .containsExactly(100L, 200L, 400L, 500L, 500L);
        assertThat(shortest.after(2)).isEqualTo(Duration.ofMillis(100));
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
    void anInterruptedCallEndsAndStaysInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        server.next(Fault.heldRequest(never));
        Thread.currentThread().interrupt();

        Throwable failure = catchThrowable(() -> streams.append(NAME, PLAIN));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isInstanceOf(StreamsUnavailableException.class).hasMessageContaining("interrupted");
        never.countDown();
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
