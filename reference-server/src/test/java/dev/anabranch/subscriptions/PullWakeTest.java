package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullWakeTest extends SubscriptionsTestBase {

    @BeforeEach
    void subscribe() {
        engine.put("wake/pool");
        create(pullWake("events/*"));
    }

    @Test
    void anAppendWritesOneWakeEventHoweverManyFollow() {
        engine.put("events/a", "1");
        engine.put("events/a", "2");
        loop.run();
        engine.put("events/b", "3");
        loop.run();

        assertThat(engine.texts("wake/pool"))
                .containsExactly(
                        "{\"type\":\"wake\",\"subscription_id\":\"sub-1\",\"stream\":\"events/a\",\"generation\":1,"
                                + "\"ts\":1778284800000}");
    }

    @Test
    void aWorkerClaimsAcksAndIsDone() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");

        assertThat(claim.generation()).isEqualTo(1);
        assertThat(claim.streams())
                .containsExactly(new StreamLink(new StreamName("events/a"), false, Offset.BEGINNING, at(1), true));
        assertThat(refused(subscriptions.claim(USER, ID, "worker-2"))).isEqualTo(Reason.ALREADY_CLAIMED);
        assertThat(done(subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)))))
                .isFalse();
        assertThat(acked("events/a")).isEqualTo(at(1).token());
        assertThat(refused(subscriptions.claim(USER, ID, "worker-2"))).isEqualTo(Reason.NO_PENDING_WORK);
    }

    @Test
    void whatArrivedMeanwhileWakesAgain() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        engine.put("events/a", "2");

        assertThat(done(subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)))))
                .isTrue();

        assertThat(engine.texts("wake/pool")).hasSize(2);
        assertThat(claim("worker-1").generation()).isEqualTo(2);
    }

    @Test
    void aHeartbeatKeepsTheLeaseAndSilenceLosesIt() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        loop.pass(Duration.ofSeconds(9));
        assertThat(done(subscriptions.ack(ID, bare(claim, false)))).isFalse();
        loop.pass(Duration.ofSeconds(9));
        assertThat(refused(subscriptions.claim(USER, ID, "worker-2"))).isEqualTo(Reason.ALREADY_CLAIMED);
        loop.pass(Duration.ofSeconds(1));

        assertThat(engine.texts("wake/pool")).hasSize(2);
        Claim second = claim("worker-2");
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.wakeId()).isNotEqualTo(claim.wakeId());
        assertThat(refused(subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)))))
                .isEqualTo(Reason.FENCED);
        assertThat(acked("events/a")).isEqualTo("-1");
    }

    @Test
    void aReleaseWithWorkLeftWritesAnotherWakeEvent() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");

        assertThat(done(subscriptions.release(ID, bare(claim, false)))).isTrue();

        assertThat(engine.texts("wake/pool")).hasSize(2);
        assertThat(refused(subscriptions.release(ID, bare(claim, false)))).isEqualTo(Reason.FENCED);
    }

    @Test
    void everyMismatchFences() {
        engine.put("events/a", "1");
        Claim old = claim("worker-1");
        done(subscriptions.release(ID, bare(old, false)));
        Claim claim = claim("worker-1");

        assertThat(refused(ack(old.token(), claim.wakeId(), claim.generation())))
                .isEqualTo(Reason.FENCED);
        assertThat(refused(ack(claim.token(), old.wakeId(), claim.generation())))
                .isEqualTo(Reason.FENCED);
        assertThat(refused(ack(claim.token(), claim.wakeId(), old.generation())))
                .isEqualTo(Reason.FENCED);
        assertThat(refused(ack(claim.token() + "x", claim.wakeId(), claim.generation())))
                .isEqualTo(Reason.TOKEN_INVALID);
        assertThat(refused(ack("nonsense", claim.wakeId(), claim.generation()))).isEqualTo(Reason.TOKEN_INVALID);
        assertThat(done(ack(claim.token(), claim.wakeId(), claim.generation()))).isFalse();
    }

    @Test
    void aTokenOfAnotherSubscriptionOrOfADeletedOneIsWorthless() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        SubscriptionId other = new SubscriptionId("sub-2");
        done(subscriptions.put(USER, other, pullWake("events/*"), BASE));

        assertThat(refused(subscriptions.ack(other, bare(claim, false)))).isEqualTo(Reason.TOKEN_INVALID);
        done(subscriptions.delete(USER, ID));
        assertThat(refused(subscriptions.ack(ID, bare(claim, false)))).isEqualTo(Reason.SUBSCRIPTION_NOT_FOUND);
        create(pullWake("events/*"));
        engine.put("events/a", "2");
        claim("worker-2");
        assertThat(refused(subscriptions.ack(ID, bare(claim, false)))).isEqualTo(Reason.TOKEN_INVALID);
    }

    @Test
    void aTokenExpires() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        loop.pass(WakeTokens.LIFE.plusSeconds(1));

        assertThat(refused(subscriptions.ack(ID, bare(claim, false)))).isEqualTo(Reason.TOKEN_EXPIRED);
    }

    @Test
    void oneBadOffsetSpoilsAllAcks() {
        engine.put("events/a", "1", "2");
        engine.put("events/b", "1", "2");
        Claim claim = claim("worker-1");
        done(subscriptions.ack(ID, ackOf(claim, false, "events/a", at(1))));

        for (Ack.Processed bad : List.of(
                new Ack.Processed(new StreamName("events/a"), at(0)),
                new Ack.Processed(new StreamName("events/a"), at(3)),
                new Ack.Processed(new StreamName("events/a"), Offset.BEGINNING),
                new Ack.Processed(new StreamName("events/a"), Offset.NOW),
                new Ack.Processed(new StreamName("events/a"), new Offset("1")),
                new Ack.Processed(new StreamName("events/unknown"), at(1)))) {
            Ack ack = new Ack(
                    claim.token(),
                    claim.wakeId(),
                    claim.generation(),
                    List.of(new Ack.Processed(new StreamName("events/b"), at(2)), bad),
                    true);
            assertThat(refused(subscriptions.ack(ID, ack))).as("%s", bad).isEqualTo(Reason.INVALID_OFFSET);
        }
        assertThat(acked("events/a")).isEqualTo(at(1).token());
        assertThat(acked("events/b")).isEqualTo("-1");
    }

    @Test
    void aClaimSurvivesAKill() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        restart(Duration.ofSeconds(3));

        assertThat(refused(subscriptions.claim(USER, ID, "worker-2"))).isEqualTo(Reason.ALREADY_CLAIMED);
        assertThat(done(subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)))))
                .isFalse();
        restart(Duration.ZERO);
        assertThat(acked("events/a")).isEqualTo(at(1).token());
        engine.put("events/a", "2");
        assertThat(claim("worker-2").generation()).isEqualTo(2);
    }

    @Test
    void aLeaseThatLapsedWhileTheServerWasDownIsTakenBackAtOnce() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        restart(LEASE);

        assertThat(claim("worker-2").generation()).isEqualTo(2);
        assertThat(refused(subscriptions.ack(ID, bare(claim, false)))).isEqualTo(Reason.FENCED);
    }

    @Test
    void aWakeStreamMadeLateGetsItsEventWhenItIsMade() {
        engine.delete(new StreamName("wake/pool")).join();
        engine.put("events/a", "1");
        loop.run();
        assertThat(view().failed()).isTrue();

        engine.put("wake/pool");
        loop.run();

        assertThat(engine.texts("wake/pool")).hasSize(1);
        assertThat(view().failed()).isFalse();
        loop.pass(Duration.ofMinutes(5));
        assertThat(engine.texts("wake/pool")).hasSize(1);
    }

    @Test
    void aWakeEventDoesNotWakeItsOwnSubscription() {
        SubscriptionId all = new SubscriptionId("all");
        done(subscriptions.put(USER, all, pullWake("**"), BASE));
        engine.put("events/a", "1");
        loop.run();

        assertThat(done(subscriptions.get(USER, all)).streams())
                .extracting(link -> link.path().value())
                .containsExactly("events/a");
    }

    @Test
    void aFullDiskChangesNothingAndWorkGoesOnOnceThereIsRoom() {
        engine.put("events/a", "1");
        Claim claim = claim("worker-1");
        engine.failAfter(0);
        var ack = subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)));
        loop.run();
        assertThat(ack).isCompletedExceptionally();
        assertThat(acked("events/a")).isEqualTo("-1");

        engine.failAfter(Integer.MAX_VALUE);
        assertThat(done(subscriptions.ack(ID, ackOf(claim, true, "events/a", at(1)))))
                .isFalse();
        restart(Duration.ZERO);
        assertThat(acked("events/a")).isEqualTo(at(1).token());
    }

    @Test
    void aLeaseThatLapsesWhileTheDiskIsFullIsTakenBackOnceThereIsRoom() {
        engine.put("events/a", "1");
        claim("worker-1");
        engine.failAfter(0);
        loop.pass(Duration.ofMinutes(1));
        engine.failAfter(Integer.MAX_VALUE);
        loop.pass(Duration.ofSeconds(2));

        assertThat(claim("worker-2").generation()).isEqualTo(2);
    }

    private CompletableFuture<Outcome<Boolean>> ack(String token, String wakeId, long generation) {
        return subscriptions.ack(ID, new Ack(token, wakeId, generation, List.of(), false));
    }
}
