package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.RunPlaces.Place;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backend.class)
class RunPlacesTest {

    private static final Duration LEASE = Duration.ofSeconds(4); // longer than a busy machine may pause
    private static final int RENEWALS_PER_LEASE = 3;

    private final Backend backend;
    private final StreamName account = new StreamName("usage/chat-" + UUID.randomUUID());
    private final StreamName first = new StreamName(account.value() + "~run-0");
    private final RunPlaces ours = new RunPlaces(account);
    private final RunPlaces theirs = new RunPlaces(account);
    private DurableStreams streams;
    private WatchedStreams watched;

    RunPlacesTest(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        watched = new WatchedStreams(streams);
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private static CompletableFuture<Place> taken(RunPlaces places, DurableStreams streams) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return places.take(streams, 1, LEASE);
            } catch (InterruptedException cancelled) {
                throw new IllegalStateException(cancelled);
            }
        });
    }

    @Test
    void aPlaceIsHeldBeyondItsLeaseAndGivenBackAtTheEnd() throws Exception {
        CompletableFuture<Place> waiting;
        try (Place held = ours.take(watched.streams(), 1, LEASE)) {
            waiting = taken(theirs, streams);
            assertThat(watched.awaitAppends(RENEWALS_PER_LEASE + 1)).isTrue();
            assertThat(waiting).as("beside " + held.stream()).isNotDone();
        }

        waiting.get().close();
        assertThat(streams.head(first)).isEmpty();
    }

    @Test
    void aProcessThatWasCutOffLosesItsPlaceAndLeavesItToWhoeverHasItThen() throws Exception {
        Place lost = ours.take(watched.streams(), 1, LEASE);
        watched.cutOff();
        try (Place their = taken(theirs, streams).get()) {
            lost.close();

            assertThat(streams.head(their.stream())).isPresent();
        }
        assertThat(streams.head(first)).isEmpty();
    }

    @Test
    void aPlaceWhoseStreamWasLostIsTakenAnew() throws Exception {
        try (Place held = ours.take(watched.streams(), 1, LEASE)) {
            streams.delete(first);
            assertThat(watched.awaitAppends(1))
                    .as("renewal of " + held.stream())
                    .isTrue();

            assertThat(streams.head(first)).isPresent();
        }
        assertThat(streams.head(first)).isEmpty();
    }
}
