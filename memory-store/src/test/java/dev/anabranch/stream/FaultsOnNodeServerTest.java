package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Whatever the way to a real server does to requests and answers, what is written is written once. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
class FaultsOnNodeServerTest {

    private static NodeServer server;

    private final StreamName name = new StreamName(UUID.randomUUID().toString());
    private FaultProxy proxy;
    private HttpDurableStreams streams;

    @BeforeAll
    static void start() {
        server = NodeServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        proxy = FaultProxy.to(server.base());
        streams = HttpDurableStreams.builder(proxy.uri())
                .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .build();
        streams.create(name, CreateRequest.JSON);
    }

    @AfterEach
    void disconnect() {
        streams.close();
        proxy.close();
    }

    @Test
    void aProducersAppendIsWrittenOnceWhateverHappensToIt() {
        List<Fault> faults = List.of(
                Fault.none(), Fault.lostRequest(), Fault.lostResponse(), Fault.cutResponse(20), Fault.duplicate());
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            proxy.next("POST", faults.get(random.nextInt(faults.size())));
            String message = Integer.toString(i);
            streams.append(name, AppendRequest.json(List.of(message)).withProducer(new Producer("p", 0, i)));
            written.add(message);
        }

        assertThat(streams.read(name, Offset.BEGINNING).messages())
                .as("seed %d", seed)
                .extracting(Payload::utf8)
                .isEqualTo(written);
    }

    @Test
    void aForkWhoseAnswerIsLostIsFoundAgainThoughTheSourceHasGrown() {
        streams.append(name, AppendRequest.json(List.of("1")));
        StreamName fork = name.under(new StreamName("forks"));
        proxy.next("PUT", exchange -> {
            Fault.lostResponse().inflict(exchange);
            try (HttpDurableStreams other = HttpDurableStreams.connect(server.base())) {
                other.append(name, AppendRequest.json(List.of("2")));
            }
        });

        assertThat(streams.fork(fork, ForkRequest.atTail(name))).isInstanceOf(CreateResult.AlreadyExists.class);
        assertThat(streams.read(fork, Offset.BEGINNING).messages()).containsExactly(Payload.of("1"));
    }

    @Test
    void aDeleteWhoseAnswerIsLostHasDeleted() {
        proxy.next("DELETE", Fault.lostResponse());

        assertThat(streams.delete(name)).isTrue();
        assertThat(streams.head(name)).isEmpty();
    }

    @Test
    void aTailMissesNothingAndRepeatsNothingOnABadLine() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> faults =
                List.of(Fault.lostRequest(), Fault.cutResponse(100), Fault.cutResponse(400), Fault.duplicate());
        for (int i = 0; i < 40; i++) {
            proxy.next("GET", faults.get(random.nextInt(faults.size())));
        }
        TailRecorder seen = new TailRecorder();
        List<String> written = new ArrayList<>();

        Tailing tailing = streams.tail(name, Offset.BEGINNING, seen);
        for (int i = 0; i < 60; i++) {
            written.add(Integer.toString(i));
            streams.append(name, AppendRequest.json(List.of(Integer.toString(i))));
        }

        assertThat(seen.messages(60))
                .as("seed %d", seed)
                .extracting(Payload::utf8)
                .isEqualTo(written);
        tailing.close();
    }
}
