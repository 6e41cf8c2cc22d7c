package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the client does when the way to the server fails. */
class HttpFaultsTest extends HttpFaultsFixture {

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
}
