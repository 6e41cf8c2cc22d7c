package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client makes of every kind of answer, from a server that says whatever it is told to. */
class HttpAnswersTest {

    private static final StreamName NAME = new StreamName("a b");
    private static final StreamName FORK = new StreamName("fork");
    private static final Offset TAIL = new Offset("0_7");
    private static final AppendRequest PLAIN = AppendRequest.json(List.of("1"));
    private static final AppendRequest PRODUCED = PLAIN.withProducer(new Producer("p", 2, 5));

    private final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:9/v1/stream"));
    private final HttpDurableStreams streams = HttpDurableStreams.builder(URI.create(server.uri() + "/"))
            .attempts(1)
            .build();

    @AfterEach
    void close() {
        streams.close();
        server.close();
    }

    private void answer(int status, String... headers) {
        server.next(Fault.answer(status, "", headers));
    }

    private void isNow(String type, boolean closed) {
        answer(200, "Content-Type: " + type, "Stream-Next-Offset: 0_7", closed ? "Stream-Closed: TRUE" : "X: y");
    }

    @Test
    void anAppendIsSpelledAsTheProtocolHasIt() {
        answer(204, "Stream-Next-Offset: 0_7");

        AppendRequest request = PRODUCED.withSequence("s1").withClose();
        streams.append(NAME, request);

        assertThat(server.transcripts().get(0))
                .startsWith("POST /v1/stream/a%20b HTTP/1.1\r\n")
                .contains("Content-Type: application/json\r\n")
                .contains("Producer-Id: p\r\n", "Producer-Epoch: 2\r\n", "Producer-Seq: 5\r\n")
                .contains("Stream-Seq: s1\r\n", "Stream-Closed: true\r\n")
                .endsWith("\r\n\r\n[1]");
    }

    @Test
    void aCloseSendsNeitherBodyNorType() {
        answer(204, "Stream-Next-Offset: 0_7", "Stream-Closed: true");

        assertThat(streams.closeStream(NAME)).isEqualTo(TAIL);

        assertThat(server.transcripts().get(0)).contains("Stream-Closed: true").doesNotContain("Content-Type");
    }

    @Test
    void successIsAppendedOrDuplicate() {
        answer(204, "Stream-Next-Offset: 0_7");
        assertThat(streams.append(NAME, PLAIN)).isEqualTo(new AppendResult.Appended(TAIL, false));
        answer(200, "Stream-Next-Offset: 0_7", "Producer-Epoch: 2", "Producer-Seq: 5");
        assertThat(streams.append(NAME, PRODUCED)).isEqualTo(new AppendResult.Appended(TAIL, false));
        answer(204, "Stream-Next-Offset: 0_7", "Producer-Seq: 9", "Stream-Closed: true");
        assertThat(streams.append(NAME, PRODUCED)).isEqualTo(new AppendResult.Duplicate(TAIL, Optional.of(9L), true));
    }

    @Test
    void aDuplicateWithoutItsPlaceIsLookedUp() {
        answer(204, "Producer-Seq: 5");
        isNow("application/json", false);

        assertThat(streams.append(NAME, PRODUCED)).isEqualTo(new AppendResult.Duplicate(TAIL, Optional.of(5L), false));
        assertThat(server.requests().get(1)).startsWith("HEAD ");
    }

    @Test
    void theFourConflictsAreToldApart() {
        answer(409, "Stream-Closed: true", "Stream-Next-Offset: 0_7");
        assertThat(streams.append(NAME, PLAIN)).isEqualTo(new AppendResult.StreamClosed(TAIL));

        answer(409, "Producer-Expected-Seq: 3", "Producer-Received-Seq: 5");
        assertThat(streams.append(NAME, PRODUCED)).isEqualTo(new AppendResult.ProducerGap(3, 5));

        answer(409);
        isNow("text/plain", false);
        assertThatThrownBy(() -> streams.append(NAME, PLAIN))
                .isInstanceOfSatisfying(
                        ContentTypeMismatchException.class,
                        mismatch -> assertThat(mismatch.httpStatus()).hasValue(409));

        answer(409);
        isNow("application/json; charset=utf-8", false);
        assertThat(streams.append(NAME, PLAIN.withSequence("a"))).isEqualTo(new AppendResult.SequenceConflict(TAIL));
    }

    @Test
    void aConflictThatNamesNothingIsLookedUp() {
        answer(409);
        isNow("text/plain", true);
        assertThat(streams.append(NAME, PLAIN.withSequence("a"))).isEqualTo(new AppendResult.StreamClosed(TAIL));

        answer(409);
        answer(410);
        assertThatThrownBy(() -> streams.append(NAME, PLAIN)).isInstanceOf(StreamGoneException.class);

        answer(409);
        isNow("application/json", false);
        assertThatThrownBy(() -> streams.append(NAME, PLAIN)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aStaleEpochIsFencedAndAnyOtherRefusalIsDenied() {
        answer(403, "Producer-Epoch: 4");
        assertThat(streams.append(NAME, PRODUCED)).isEqualTo(new AppendResult.ProducerFenced(4));

        answer(403);
        assertThatThrownBy(() -> streams.append(NAME, PRODUCED)).isInstanceOf(AccessDeniedException.class);
        answer(403, "Producer-Epoch: 4");
        assertThatThrownBy(() -> streams.append(NAME, PLAIN)).isInstanceOf(AccessDeniedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400,InvalidRequestException",
        "401,AccessDeniedException",
        "403,AccessDeniedException",
        "404,StreamNotFoundException",
        "405,InvalidRequestException",
        "410,StreamGoneException",
        "413,LimitExceededException",
        "415,InvalidRequestException",
        "429,LimitExceededException",
        "500,StreamsUnavailableException",
        "501,InvalidRequestException",
        "502,StreamsUnavailableException",
        "503,StreamsUnavailableException",
        "507,StreamsUnavailableException",
        "302,InvalidRequestException",
        "206,StreamsUnavailableException"
    })
    void everyOtherStatusIsAnException(int status, String exception) {
        answer(status);
        Throwable append = catchThrowable(() -> streams.append(NAME, PLAIN));
        answer(status);
        Throwable read = catchThrowable(() -> streams.read(NAME, Offset.BEGINNING));

        assertThat(List.of(append, read)).allSatisfy(failure -> {
            assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
            assertThat(((DurableStreamsException) failure).httpStatus()).hasValue(status);
        });
    }

    @Test
    void whatIsKnownOfTheOutcomeIsSaid() {
        answer(500);
        assertThat(unavailable(() -> streams.append(NAME, PLAIN)).outcome()).isEqualTo(Outcome.UNKNOWN);
        answer(204);
        assertThat(unavailable(() -> streams.append(NAME, PLAIN)).outcome()).isEqualTo(Outcome.UNKNOWN);
        answer(507);
        StreamsUnavailableException full = unavailable(() -> streams.append(NAME, PLAIN));
        assertThat(full.outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(full.reason()).isEqualTo(Cause.STORAGE_FULL);
        answer(500);
        assertThat(unavailable(() -> streams.read(NAME, TAIL)).outcome()).isEqualTo(Outcome.NOT_DONE);
    }

    private static StreamsUnavailableException unavailable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return (StreamsUnavailableException) catchThrowable(call);
    }

    @Test
    void limitsAreToldApart() {
        answer(413);
        assertThatThrownBy(() -> streams.append(NAME, PLAIN))
                .isInstanceOfSatisfying(
                        LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(Limit.SIZE));
        answer(429, "Retry-After: 17");
        assertThatThrownBy(() -> streams.append(NAME, PLAIN))
                .isInstanceOfSatisfying(LimitExceededException.class, e -> {
                    assertThat(e.limit()).isEqualTo(Limit.RATE);
                    assertThat(e.retryAfter()).contains(Duration.ofSeconds(17));
                });
    }

    @Test
    void whatTheServerSaysIsHandedOn() {
        server.next(Fault.answer(400, "{\"detail\":\"no\nsuch place\"}", "Content-Type: application/problem+json"));
        assertThatThrownBy(() -> streams.read(NAME, TAIL)).hasMessageContaining("400: {\"detail\":\"no such place\"}");
    }

    @Test
    void aForkSpellsOutWhatItTakesFromItsSource() {
        answer(200, "Content-Type: text/plain", "Stream-Next-Offset: 0_7", "Stream-TTL: 60");
        answer(201, "Stream-Next-Offset: 0_7");

        CreateResult result = streams.fork(FORK, ForkRequest.atTail(NAME));

        Expiry minute = Expiry.ttl(Duration.ofSeconds(60));
        assertThat(result)
                .isEqualTo(new CreateResult.Created(
                        new StreamHead(FORK, new ContentType("text/plain"), TAIL, false, minute)));
        assertThat(server.transcripts().get(1))
                .startsWith("PUT /v1/stream/fork ")
                .contains("Stream-Forked-From: /v1/stream/a%20b\r\n", "Stream-Fork-Offset: 0_7\r\n")
                .contains("Content-Type: text/plain\r\n", "Stream-TTL: 60\r\n");
    }

    @Test
    void aForkOfASourceThatCannotBeSeenIsLeftToTheServer() {
        answer(410);
        answer(200, "Stream-Next-Offset: 0_7", "Content-Type: application/json");
        assertThat(streams.fork(FORK, ForkRequest.atTail(NAME))).isInstanceOf(CreateResult.AlreadyExists.class);

        answer(404);
        answer(404);
        assertThatThrownBy(() -> streams.fork(FORK, ForkRequest.atTail(NAME)))
                .isInstanceOfSatisfying(
                        StreamNotFoundException.class,
                        e -> assertThat(e.stream()).isEqualTo(NAME));
    }

    @Test
    void aHeadIsReadInFull() {
        answer(
                200,
                "content-type: text/plain",
                "stream-next-offset: 0_7",
                "stream-expires-at: 2030-01-01T01:00:00+01:00");

        assertThat(streams.head(NAME))
                .contains(new StreamHead(
                        NAME,
                        new ContentType("text/plain"),
                        TAIL,
                        false,
                        Expiry.at(Instant.parse("2030-01-01T00:00:00Z"))));
    }

    @Test
    void anOffsetIsEscapedInTheQuery() {
        server.next(Fault.answer(200, "[]", "Content-Type: application/json", "Stream-Next-Offset: a+b%c"));

        StreamPage page = streams.read(NAME, new Offset("a+b%c#"));

        assertThat(server.requests()).containsExactly("GET /v1/stream/a%20b?offset=a%2Bb%25c%23 HTTP/1.1");
        assertThat(page.next()).isEqualTo(new Offset("a+b%c"));
    }

    @Test
    void aPageIsMalformedWithoutItsParts() {
        for (Fault fault : List.of(
                Fault.answer(200, "[]", "Content-Type: application/json"),
                Fault.answer(200, "[]", "Content-Type: application/json", "Stream-Next-Offset: now"),
                Fault.answer(200, "[]", "Content-Type: application/json", "Stream-Next-Offset: a/b"),
                Fault.answer(200, "[", "Content-Type: application/json", "Stream-Next-Offset: 0_7"),
                Fault.answer(200, "x", "Content-Type: text/plain", "Content-Encoding: gzip", "Stream-Next-Offset: 0_7"),
                Fault.answer(200, "<html>", "Content-Type: text/html"))) {
            server.next(fault);
            assertThatThrownBy(() -> streams.read(NAME, TAIL)).isInstanceOf(StreamsUnavailableException.class);
        }
    }
}
