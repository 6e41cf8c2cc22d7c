package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long the client waits, and for what. */
class HttpDeadlinesTest extends HttpFaultsFixture {

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
    void callsWithinATimeEndTogether() {
        CountDownLatch never = new CountDownLatch(1);
        server.next(Fault.heldRequest(never));
        DurableStreams hurried = streams.within(Duration.ofMillis(200));

        StreamsUnavailableException first =
                catchThrowableOfType(StreamsUnavailableException.class, () -> hurried.read(NAME, Offset.BEGINNING));
        StreamsUnavailableException second =
                catchThrowableOfType(StreamsUnavailableException.class, () -> hurried.delete(NAME));

        assertThat(first).hasMessageContaining("no whole answer");
        assertThat(second).hasMessageContaining("no time left");
        assertThat(second.outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(server.requests()).noneMatch(line -> line.startsWith("DELETE"));
        never.countDown();
    }

    @Test
    void whoIsNotThereIsNamed() {
        server.refuse();

        StreamsUnavailableException failure = catchThrowableOfType(
                StreamsUnavailableException.class,
                () -> streams.within(Duration.ofMillis(300)).read(NAME, Offset.BEGINNING));

        assertThat(failure).hasMessageContaining("no connection to " + server.uri());
        assertThat(failure.httpStatus()).isEmpty();
    }
}
