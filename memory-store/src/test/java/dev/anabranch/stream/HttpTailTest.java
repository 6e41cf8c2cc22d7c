package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.HttpDurableStreams.LiveMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a tail is followed through whatever the server and the network do. */
@SuppressWarnings("try") // tailings are held open, not spoken to
class HttpTailTest {

    private static final StreamName NAME = new StreamName("s");
    private static final String JSON = "Content-Type: application/json";
    private static final String UP_TO_DATE = "Stream-Up-To-Date: true";

    private final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:9/v1/stream"));
    private final TailRecorder seen = new TailRecorder();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpDurableStreams.Builder client() {
        return HttpDurableStreams.builder(server.uri()).backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    private static Fault page(String body, String next, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = JSON;
        all[1] = "Stream-Next-Offset: " + next;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return Fault.answer(200, body, all);
    }

    private static Fault waited(String next, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = UP_TO_DATE;
        all[1] = "Stream-Next-Offset: " + next;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return Fault.answer(204, "", all);
    }

    private void end() {
        server.next(waited("0_9", "Stream-Closed: true"));
        server.next(page("[]", "0_9", UP_TO_DATE, "Stream-Closed: true"));
    }

    private void tail(HttpDurableStreams streams) {
        try (streams;
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            seen.end();
        }
    }

    private List<String> messages() {
        return seen.pages().stream()
                .flatMap(page -> page.messages().stream())
                .map(Payload::utf8)
                .toList();
    }

    @Test
    void aTailReadsUntilItIsUpToDateAndThenWaitsWithTheCursor() {
        server.next(page("[1]", "0_1"));
        server.next(page("[2]", "0_2", UP_TO_DATE));
        server.next(waited("0_2", "Stream-Cursor: c 1"));
        server.next(page("[3]", "0_9", UP_TO_DATE, "Stream-Cursor: c2"));
        end();

        tail(client().build());

        assertThat(messages()).containsExactly("1", "2", "3");
        assertThat(server.requests())
                .containsExactly(
                        "GET /v1/stream/s?offset=-1 HTTP/1.1",
                        "GET /v1/stream/s?offset=0_1 HTTP/1.1",
                        "GET /v1/stream/s?live=long-poll&offset=0_2 HTTP/1.1",
                        "GET /v1/stream/s?cursor=c%201&live=long-poll&offset=0_2 HTTP/1.1",
                        "GET /v1/stream/s?cursor=c2&live=long-poll&offset=0_9 HTTP/1.1",
                        "GET /v1/stream/s?offset=0_9 HTTP/1.1");
    }

    @Test
    void aTailSaysOnceWhereItHasCaughtUp() {
        server.next(page("[1]", "0_1"));
        server.next(page("[2]", "0_2", UP_TO_DATE));
        server.next(page("[3]", "0_9", UP_TO_DATE));
        end();

        tail(client().build());

        assertThat(seen.timesCaughtUp()).containsExactly(new Offset("0_2"));
    }

    @Test
    void aTailGoesOnWhereItsConnectionBroke() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.lostRequest());
        server.next(Fault.answer(503, "", "Retry-After: 0"));
        server.next(Fault.answer(500, ""));
        server.next(Fault.raw("garbage"));
        server.next(Fault.raw("HTTP/1.1 200 OK\r\n" + JSON + "\r\nStream-Next-Offset: 0_5\r\n\r\n[2"));
        server.next(page("[2]", "0_9", UP_TO_DATE));
        end();

        tail(client().build());

        assertThat(messages()).containsExactly("1", "2");
        assertThat(server.requests().get(6)).isEqualTo("GET /v1/stream/s?offset=0_1 HTTP/1.1");
    }

    @Test
    void anEmptyAnswerNeverMovesATailPastData() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(waited("0_9", "Stream-Closed: true"));
        server.next(page("[2]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().build());

        assertThat(messages()).containsExactly("1", "2");
    }

    @Test
    void theEndOfAStreamIsReadPlainlyBeforeItIsBelieved() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(waited("0_1", "Stream-Closed: true"));
        server.next(page("[2]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().build());

        assertThat(messages()).containsExactly("1", "2");
    }

    @Test
    void aTailFromNowStartsWhereTheStreamIs() {
        server.next(page("[]", "0_5", UP_TO_DATE));
        server.next(page("[6]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        try (HttpDurableStreams streams = client().build();
                Tailing tailing = streams.tail(NAME, Offset.NOW, seen)) {
            assertThat(seen.end().from()).isEqualTo(new Offset("0_5"));
        }
        assertThat(server.requests().get(0)).isEqualTo("GET /v1/stream/s?offset=now HTTP/1.1");
    }

    @Test
    void aTailGivesUpWhenItsPatienceEnds() {
        server.refuse();

        try (HttpDurableStreams streams =
                        client().tailPatience(Duration.ofMillis(100)).build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(StreamsUnavailableException.class);
        }
    }

    @Test
    void aTailGivesUpAtOnceWhenTryingAgainIsOfNoUse() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));

        try (HttpDurableStreams streams = client().build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aTailWhoseTokenWasRefusedGoesOnWithARenewedOne() {
        Queue<String> tokens =
                new ConcurrentLinkedQueue<>(List.of("old", "old", "new", "new", "new", "newer", "newer"));
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(page("[2]", "0_2", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(page("[3]", "0_3", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().bearerToken(tokens::remove).build());

        assertThat(messages()).containsExactly("1", "2", "3");
        assertThat(server.transcripts().get(2)).contains("Authorization: Bearer new\r\n");
    }

    @Test
    void aTailWhoseRenewedTokenIsRefusedAsWellSaysSo() {
        AtomicInteger renewed = new AtomicInteger();
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(Fault.answer(401, ""));

        try (HttpDurableStreams streams = client().bearerToken(() -> "token" + renewed.getAndIncrement())
                        .build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aTailThatCannotHaveATokenForNowGoesOnWhenItCan() {
        AtomicInteger asked = new AtomicInteger();
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(page("[2]", "0_2", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().bearerToken(() -> {
                    if (asked.incrementAndGet() == 2) {
                        throw new IllegalStateException("no token for now");
                    }
                    return "token";
                })
                .build());

        assertThat(messages()).containsExactly("1", "2");
    }

    @Test
    void aTailThatCannotHaveATokenAtAllSaysSo() {
        try (HttpDurableStreams streams = client().tailPatience(Duration.ofMillis(100))
                        .bearerToken(() -> {
                            throw new IllegalStateException("no token at all");
                        })
                        .build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).hasRootCauseMessage("no token at all");
        }
    }

    @Test
    void aServerThatIsSilentAtTheTailIsAskedAgain() {
        CountDownLatch never = new CountDownLatch(1);
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.heldRequest(never));
        server.next(page("[2]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().liveTimeout(Duration.ofMillis(100)).build());

        assertThat(messages()).containsExactly("1", "2");
        assertThat(server.requests().get(2)).isEqualTo("GET /v1/stream/s?offset=0_1 HTTP/1.1");
        never.countDown();
    }

    @Test
    void noCallStartsAfterClose() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        server.next(exchange -> {
            arrived.countDown();
            page("[1]", "0_1", UP_TO_DATE).inflict(exchange);
        });
        server.next(Fault.heldRequest(held));
        try (HttpDurableStreams streams = client().build()) {
            Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen);
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

            tailing.close();
            int pages = seen.pages().size();
            held.countDown();
            tailing.close();

            assertThat(seen.pages()).hasSize(pages);
        }
    }

    @Test
    void aListenerMayCloseItsOwnTail() throws InterruptedException {
        AtomicReference<Tailing> tailing = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        server.next(page("[1]", "0_1", UP_TO_DATE));
        TailListener listener = new TailListener() {
            @Override
            public void onPage(StreamPage page) {
                try {
                    assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
                tailing.get().close();
                closed.countDown();
            }

            @Override
            public void onFailure(DurableStreamsException failure) {
                throw new AssertionError(failure);
            }
        };
        try (HttpDurableStreams streams = client().build()) {
            tailing.set(streams.tail(NAME, Offset.BEGINNING, listener));
            ready.countDown();

            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void onlyAControlEventMovesATail() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(sse("""
                event: data
                data: [2,
                data: 3]

                event: control
                data: {"streamNextOffset":"0_3","streamCursor":"c","upToDate":true}

                event: gossip
                data: {"streamNextOffset":"0_8"}

                event: data
                data: [4]

                """));
        server.next(sse("""
                event: data
                data: [4]

                event: data
                data: {"five":5}

                event: control
                data: {"streamNextOffset":"0_9","streamClosed":true}

                """));

        tail(client().liveMode(LiveMode.SSE).build());

        assertThat(messages()).containsExactly("1", "2", "3", "4", "{\"five\":5}");
        assertThat(server.requests())
                .containsExactly(
                        "GET /v1/stream/s?offset=-1 HTTP/1.1",
                        "GET /v1/stream/s?live=sse&offset=0_1 HTTP/1.1",
                        "GET /v1/stream/s?cursor=c&live=sse&offset=0_3 HTTP/1.1");
        for (int i = 1; i < seen.pages().size(); i++) {
            assertThat(seen.pages().get(i).from())
                    .isEqualTo(seen.pages().get(i - 1).next());
        }
    }

    @Test
    void anEventThatPassesOverDataIsReadAgainPlainly() {
        server.next(page("[1]", "0_2", UP_TO_DATE));
        server.next(sse("event: control\ndata: {\"streamNextOffset\":\"0_9\",\"upToDate\":true}\n\n"));
        server.next(page("[3]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().liveMode(LiveMode.SSE).build());

        assertThat(messages()).containsExactly("1", "3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: data\ndata: [2]\n\nevent: control\ndata: {\"streamNextOffset\":7}\n\n",
                "event: control\ndata: {\"streamNext\n\n",
                "event: control\ndata:\n\n",
                "event: data\ndata: [2\n\nevent: control\ndata: {\"streamNextOffset\":\"0_9\"}\n\n"
            })
    void anEventThatMakesNoSenseEndsATail(String events) {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(sse(events));

        try (HttpDurableStreams streams = client().liveMode(LiveMode.SSE).build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure())
                    .isInstanceOfSatisfying(
                            StreamsUnavailableException.class,
                            failure ->
                                    assertThat(failure.reason()).isEqualTo(StreamsUnavailableException.Cause.ANSWER));
        }
        assertThat(messages()).containsExactly("1");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aWholePageThatIsNoJsonEndsATail() {
        server.next(page("[1", "0_1", UP_TO_DATE));

        try (HttpDurableStreams streams = client().build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).hasMessageContaining("page is not JSON");
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aTailThatEventsDoNotReachGoesOnWithLongPolls() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        for (int i = 0; i < 2; i++) {
            server.next(Fault.raw("garbage\r\n\r\n"));
            server.next(page("[]", "0_1", UP_TO_DATE));
        }
        server.next(sse(": nothing but comments\n\n"));
        server.next(page("[2]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().liveMode(LiveMode.SSE).build());

        assertThat(messages()).containsExactly("1", "2");
        assertThat(server.requests().get(5)).contains("live=sse");
        assertThat(server.requests().get(6)).isEqualTo("GET /v1/stream/s?live=long-poll&offset=0_1 HTTP/1.1");
    }

    @Test
    void aConnectionThatDoesNotBeginWithAnEventIsGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.heldRequest(never));
        server.next(page("[2]", "0_9", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().liveMode(LiveMode.SSE)
                .attemptTimeout(Duration.ofSeconds(2))
                .build());

        assertThat(messages()).containsExactly("1", "2");
        assertThat(server.requests().get(1)).contains("live=sse");
        never.countDown();
    }

    @Test
    void binaryEventsAreDecoded() {
        server.next(Fault.answer(200, "", "Content-Type: a/b", "Stream-Next-Offset: 0_1", UP_TO_DATE));
        server.next(Fault.answer(
                200,
                "event: data\ndata: AQID\ndata: BAU=\n\nevent: control\ndata: {\"streamNextOffset\":\"0_9\",\"streamClosed\":true}\n\n",
                "Content-Type: text/event-stream",
                "Stream-SSE-Data-Encoding: base64"));

        tail(client().liveMode(LiveMode.SSE).build());

        assertThat(seen.pages().get(0).messages()).containsExactly(Payload.wrap(new byte[] {1, 2, 3, 4, 5}));
    }

    private static Fault sse(String events) {
        return Fault.answer(200, events, "Content-Type: text/event-stream; charset=utf-8");
    }
}
