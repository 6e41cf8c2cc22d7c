package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.subscriptions.RecordingSender.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookWakeTest extends SubscriptionsTestBase {

    @BeforeEach
    void subscribe() {
        create(webhook("events/*"));
    }

    @Test
    void aRefusedUrlIsNotSubscribed() {
        SubscriptionConfig config = config(new Delivery.Webhook("https://10.0.0.1/"), "events/*");

        assertThat(refused(subscriptions.put(USER, new SubscriptionId("bad"), config, BASE)))
                .isEqualTo(Reason.WEBHOOK_URL_REJECTED);
    }

    @Test
    void withoutASenderThereAreNoWebhooks() {
        Subscriptions without =
                Subscriptions.open(engine, options, access, Optional.empty(), loop, new Backoff(() -> 0.5));

        assertThat(refused(without.put(USER, new SubscriptionId("hook"), webhook("a/*"), BASE)))
                .isEqualTo(Reason.INVALID_REQUEST);
    }

    @Test
    void theRequestSaysWhatTheProtocolSays() {
        engine.put("events/a", "1");
        loop.run();
        Call call = sender.last();

        assertThat(call.url()).isEqualTo("https://worker.example/hooks");
        assertThat(call.signature())
                .startsWith("t=" + loop.now().getEpochSecond() + ",kid="
                        + subscriptions.signingKeyId().orElseThrow() + ",ed25519=");
        assertThat(call.body().fieldNames())
                .toIterable()
                .containsExactly(
                        "subscription_id", "wake_id", "generation", "streams", "callback_url", "callback_token");
        assertThat(call.body().path("callback_url").asText())
                .isEqualTo("http://server.example/v1/stream/__ds/subscriptions/sub-1/callback");
    }

    @Test
    void doneAcksWhatTheRequestToldOfAndNoMore() {
        engine.put("events/a", "1");
        loop.run();
        engine.put("events/a", "2");
        Call first = sender.last();
        first.answer(200, "{\"done\":true}");
        loop.run();

        assertThat(acked("events/a")).isEqualTo(at(1).token());
        assertThat(sender.calls).hasSize(2);
        assertThat(sender.last().generation()).isEqualTo(2);
        assertThat(sender.last().wakeId()).isNotEqualTo(first.wakeId());
        sender.last().answer(200, "{\"done\":true}");
        loop.run();
        assertThat(acked("events/a")).isEqualTo(at(2).token());
        assertThat(sender.calls).hasSize(2);
    }

    @Test
    void aCallbackAcksAndASecondOneIsFenced() {
        engine.put("events/a", "1");
        loop.run();
        Call call = sender.last();
        call.answer(202, "later");

        assertThat(done(subscriptions.callback(ID, ackOf(call, true, "events/a", at(1)))))
                .isFalse();
        assertThat(refused(subscriptions.callback(ID, ackOf(call, true, "events/a", at(1)))))
                .isEqualTo(Reason.FENCED);
        assertThat(acked("events/a")).isEqualTo(at(1).token());
    }

    @Test
    void aCallbackMayComeBeforeTheAnswer() {
        engine.put("events/a", "1");
        loop.run();
        Call call = sender.last();
        engine.put("events/a", "2");
        assertThat(done(subscriptions.callback(ID, ackOf(call, true, "events/a", at(1)))))
                .isTrue();
        assertThat(sender.calls).hasSize(2);
        call.answer(500, "");
        loop.run();

        assertThat(view().failed()).isFalse();
        assertThat(sender.calls).hasSize(2);
    }

    @Test
    void failuresAreTriedAgainMoreAndMoreSeldom() {
        engine.put("events/a", "1");
        loop.run();
        String wake = sender.last().wakeId();
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            int before = sender.calls.size();
            sender.last().answer(503, "");
            loop.run();
            assertThat(view().failed()).isTrue();
            loop.pass(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(sender.calls).as("before %d s", seconds).hasSize(before);
            loop.pass(Duration.ofMillis(1));
            assertThat(sender.calls).as("after %d s", seconds).hasSize(before + 1);
        }
        assertThat(sender.last().wakeId()).isEqualTo(wake);
        assertThat(sender.last().generation()).isEqualTo(1);
        sender.last().answer(200, "{\"done\":true}");
        loop.run();
        assertThat(view().failed()).isFalse();
        assertThat(acked("events/a")).isEqualTo(at(1).token());
    }

    @Test
    void theNextAttemptKeepsItsTimeAcrossAKill() {
        engine.put("events/a", "1");
        loop.run();
        for (int i = 0; i < 3; i++) {
            sender.last().answer(500, "");
            loop.pass(Duration.ofSeconds(1L << i));
        }
        sender.last().answer(500, "");
        loop.run();
        int before = sender.calls.size();

        restart(Duration.ofSeconds(3));
        engine.put("events/a", "2");
        loop.pass(Duration.ofMillis(4_999));
        assertThat(sender.calls).hasSize(before);
        assertThat(view().failed()).isTrue();
        loop.pass(Duration.ofMillis(1));
        assertThat(sender.calls).hasSize(before + 1);
        assertThat(sender.last().generation()).isEqualTo(1);
    }

    @Test
    void aRequestUnderWayInAKillIsMadeAgain() {
        engine.put("events/a", "1");
        loop.run();
        Call lost = sender.last();

        restart(Duration.ofSeconds(1));

        assertThat(sender.calls).hasSize(2);
        assertThat(sender.last().wakeId()).isEqualTo(lost.wakeId());
        assertThat(done(subscriptions.callback(ID, ackOf(lost, true, "events/a", at(1)))))
                .isFalse();
    }

    @Test
    void aReceiverThatNeverCallsBackIsWokenAnewWhenItsLeaseLapses() {
        engine.put("events/a", "1");
        loop.run();
        Call first = sender.last();
        first.answer(200, "");
        loop.pass(LEASE);

        assertThat(sender.calls).hasSize(2);
        assertThat(sender.last().generation()).isEqualTo(2);
        assertThat(refused(subscriptions.callback(ID, ackOf(first, true, "events/a", at(1)))))
                .isEqualTo(Reason.FENCED);
    }

    @Test
    void aReceiverThatDoesNotAnswerIsFencedAndNotCalledAgainAtOnce() {
        engine.put("events/a", "1");
        loop.run();
        Call first = sender.last();
        loop.pass(LEASE);

        assertThat(first.response()).isCompletedExceptionally();
        assertThat(refused(subscriptions.callback(ID, ackOf(first, true, "events/a", at(1)))))
                .isEqualTo(Reason.FENCED);
        assertThat(sender.calls).hasSize(1);
        engine.put("events/a", "2");
        loop.pass(Duration.ofMillis(999));
        assertThat(sender.calls).hasSize(1);
        loop.pass(Duration.ofMillis(1));
        assertThat(sender.calls).hasSize(2);
        assertThat(sender.last().generation()).isEqualTo(2);
    }

    @Test
    void aCallbackWithoutDoneExtendsTheLease() {
        engine.put("events/a", "1");
        loop.run();
        Call call = sender.last();
        call.answer(200, "");
        loop.pass(LEASE.minusSeconds(1));
        done(subscriptions.callback(ID, ackOf(call, false, "events/a", at(1))));
        loop.pass(LEASE.minusSeconds(1));

        assertThat(sender.calls).hasSize(1);
        assertThat(done(subscriptions.callback(ID, ackOf(call, true, "events/a", at(1)))))
                .isFalse();
    }

    @Test
    void aDeletedSubscriptionIsNotCalledAgain() {
        engine.put("events/a", "1");
        loop.run();
        Call call = sender.last();
        call.answer(500, "");
        done(subscriptions.delete(USER, ID));
        loop.pass(Duration.ofMinutes(10));

        assertThat(sender.calls).hasSize(1);
        assertThat(refused(subscriptions.callback(ID, ackOf(call, true, "events/a", at(1)))))
                .isEqualTo(Reason.SUBSCRIPTION_NOT_FOUND);
    }

    @Test
    void noMoreRequestsAreUnderWayThanTheLimit() {
        options = new SubscriptionOptions(100, 1_000, 10, 3, Optional.empty());
        restart(Duration.ZERO);
        done(subscriptions.delete(USER, ID));
        for (int i = 0; i < 10; i++) {
            done(subscriptions.put(USER, new SubscriptionId("many-" + i), webhook("events/*"), BASE));
        }
        engine.put("events/a", "1");
        loop.run();
        assertThat(sender.calls).hasSize(3);
        for (int i = 0; i < 10; i++) {
            sender.calls.get(i).answer(200, "{\"done\":true}");
            loop.run();
        }

        assertThat(sender.calls).hasSize(10);
        assertThat(sender.calls.stream()
                        .map(call -> call.body().path("subscription_id").asText())
                        .distinct())
                .hasSize(10);
    }

    @Test
    void oneWakeTellsOfSoManyStreamsAndTheNextOfTheRest() {
        options = new SubscriptionOptions(100, 1_000, 10, 3, Optional.empty());
        restart(Duration.ZERO);
        for (int i = 0; i < 25; i++) {
            engine.put("events/" + i, "1");
        }
        loop.run();
        // The first wake went out with the first stream alone or with all, as the loop had it.
        for (int i = 0; i < 4 && view().streams().stream().anyMatch(StreamLink::pending); i++) {
            assertThat(sender.last().body().path("streams").size()).isLessThanOrEqualTo(10);
            sender.last().answer(200, "{\"done\":true}");
            loop.run();
        }

        assertThat(view().streams()).hasSize(25).noneMatch(StreamLink::pending);
    }

    @Test
    void theSigningKeyOutlivesAKill() {
        String key = subscriptions.signingKeyId().orElseThrow();
        restart(Duration.ofDays(1));

        assertThat(subscriptions.signingKeyId()).contains(key);
        assertThat(subscriptions.jwks()).hasSize(1);
    }

    @Test
    void anOldSigningKeyIsReplacedAndStaysPublishedForAWhile() {
        String key = subscriptions.signingKeyId().orElseThrow();
        restart(Keys.AGE_MAX);

        assertThat(subscriptions.signingKeyId()).isPresent().get().isNotEqualTo(key);
        assertThat(subscriptions.jwks())
                .extracting(jwk -> jwk.get("kid"))
                .contains(key)
                .hasSize(2);
        loop.pass(Keys.PUBLISHED);
        assertThat(subscriptions.jwks())
                .extracting(jwk -> jwk.get("kid"))
                .doesNotContain(key)
                .hasSize(1);
    }

    @Test
    void manyAcksKeepTheStateSmall() {
        engine.put("events/a", "0");
        for (int i = 1; i <= 2_000; i++) {
            loop.run();
            sender.last().answer(200, "{\"done\":true}");
            loop.run();
            engine.put("events/a", Integer.toString(i));
        }
        loop.run();
        List<StreamName> kept = engine.names(SubscriptionLog.ROOT, Optional.empty(), 10);

        assertThat(kept).hasSize(1);
        assertThat(engine.texts(kept.get(0).value())).hasSizeLessThan(1_000);
        restart(Duration.ZERO);
        assertThat(acked("events/a")).isEqualTo(at(2_000).token());
        assertThat(sender.last().generation()).isEqualTo(2_001);
    }
}
