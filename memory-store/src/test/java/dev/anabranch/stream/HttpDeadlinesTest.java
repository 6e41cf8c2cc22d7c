package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long calls over HTTP may take. */
@Timeout(20)
class HttpDeadlinesTest {

    private static final StreamName NAME = new StreamName("s");

    private final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:1/v1/stream"));
    private final HttpDurableStreams streams = HttpDurableStreams.connect(server.uri());

    @AfterEach
    void close() {
        streams.close();
        server.close();
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
