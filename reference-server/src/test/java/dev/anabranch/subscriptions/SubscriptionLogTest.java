package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a subscription after a kill at each of its writes. */
class SubscriptionLogTest {

    /** So many, and of such long names, that an image takes several writes and every few acks make a new one. */
    private static final int STREAMS = 4_000;

    private static final int ACKS = 5;
    private static final String LONG =
            "a-name-that-is-as-long-as-names-of-streams-get-when-people-put-all-they-know-in/";

    private static final String USER = SubscriptionsTestBase.USER;
    private static final SubscriptionId ID = SubscriptionsTestBase.ID;

    private MemoryEngine engine = new MemoryEngine();
    private ManualLoop loop = new ManualLoop(Instant.parse("2026-05-09T00:00:00Z"));
    private Subscriptions subscriptions = open();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKillAtAnyWriteLosesNoAckAndTearsNone(boolean losesAnswer) {
        int compactions = 0;
        for (int writes = 0; ; writes++) {
            begin();
            Claim claim = claimed();
            Set<String> before = logs();
            if (losesAnswer) {
                engine.loseAnswerAfter(writes);
            } else {
                engine.failAfter(writes);
            }
            int acked = 0;
            while (acked < ACKS && succeeds(subscriptions.ack(ID, ackAll(claim, acked + 1)))) {
                acked++;
            }
            compactions += logs().equals(before) ? 0 : 1;

            kill();

            assertThat(ackedOffsets()).as("died after %d writes", writes).hasSize(1);
            assertThat(ackedOffsets())
                    .as("died after %d writes", writes)
                    .containsAnyOf(
                            offsetOrStart(acked),
                            SubscriptionsTestBase.at(acked + 1).token());
            assertThat(logs()).as("died after %d writes", writes).hasSize(1);
            assertThat(succeeds(subscriptions.ack(ID, ackAll(claim, ACKS)))).isTrue();
            assertThat(ackedOffsets())
                    .containsExactly(SubscriptionsTestBase.at(ACKS).token());
            if (acked == ACKS) {
                assertThat(compactions).as("kills during or after a compaction").isGreaterThan(2);
                return; // every write before this one has failed once
            }
        }
    }

    @Test
    void aKillAtAnyWriteOfADeletionLeavesAWholeSubscriptionOrNone() {
        for (int writes = 0; ; writes++) {
            begin();
            Claim claim = claimed();
            assertThat(succeeds(subscriptions.ack(ID, ackAll(claim, 1)))).isTrue();
            engine.failAfter(writes);
            boolean deleted = succeeds(subscriptions.delete(USER, ID));

            kill();

            boolean isThere = succeeds(subscriptions.get(USER, ID));
            if (isThere) {
                assertThat(ackedOffsets())
                        .containsExactly(SubscriptionsTestBase.at(1).token());
            }
            assertThat(isThere && deleted).as("died after %d writes", writes).isFalse();
            if (deleted) {
                assertThat(logs()).isEmpty();
                return;
            }
        }
    }

    private void begin() {
        engine = new MemoryEngine();
        loop = new ManualLoop(Instant.parse("2026-05-09T00:00:00Z"));
        subscriptions = open();
        assertThat(succeeds(
                        subscriptions.put(USER, ID, SubscriptionsTestBase.pullWake("**"), SubscriptionsTestBase.BASE)))
                .isTrue();
        for (int i = 0; i < STREAMS; i++) {
            engine.put(LONG + i, "1", "2", "3", "4", "5");
        }
        loop.run();
    }

    private Claim claimed() {
        CompletableFuture<Outcome<Claim>> claim = subscriptions.claim(USER, ID, "me");
        loop.run();
        return ((Outcome.Done<Claim>) claim.join()).value();
    }

    private void kill() {
        engine.failAfter(Integer.MAX_VALUE);
        engine.forgetListeners();
        loop = new ManualLoop(loop.now());
        subscriptions = open();
    }

    private Subscriptions open() {
        Subscriptions opened = Subscriptions.open(
                engine,
                SubscriptionOptions.DEFAULTS,
                SubscriptionAccess.allowAll(),
                Optional.of(new RecordingSender()),
                loop,
                new Backoff(() -> 0.5));
        loop.run();
        return opened;
    }

    private <T> boolean succeeds(CompletableFuture<Outcome<T>> outcome) {
        loop.run();
        return outcome.isDone() && !outcome.isCompletedExceptionally() && outcome.join() instanceof Outcome.Done<T>;
    }

    private static Ack ackAll(Claim claim, int position) {
        List<Ack.Processed> processed = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            processed.add(new Ack.Processed(new StreamName(LONG + i), SubscriptionsTestBase.at(position)));
        }
        return new Ack(claim.token(), claim.wakeId(), claim.generation(), processed, false);
    }

    private static String offsetOrStart(int acked) {
        return acked == 0
                ? Offset.BEGINNING.token()
                : SubscriptionsTestBase.at(acked).token();
    }

    private Set<String> ackedOffsets() {
        CompletableFuture<Outcome<SubscriptionView>> view = subscriptions.get(USER, ID);
        loop.run();
        return ((Outcome.Done<SubscriptionView>) view.join())
                .value().streams().stream().map(link -> link.acked().token()).collect(Collectors.toSet());
    }

    private Set<String> logs() {
        return engine.names(SubscriptionLog.ROOT, Optional.empty(), 1_000).stream()
                .map(StreamName::value)
                .collect(Collectors.toSet());
    }
}
