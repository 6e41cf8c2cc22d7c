package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a tail follows a stream, whatever the server and the network do. */
@SuppressWarnings("try") // tailings are held open, not spoken to
class HttpTailTest extends HttpTailFixture {

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
}
