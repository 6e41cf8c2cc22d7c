package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.HttpDurableStreams.LiveMode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a tail follows the events of one long response. */
@SuppressWarnings("try") // tailings are held open, not spoken to
class HttpTailEventsTest extends HttpTailFixture {

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
}
