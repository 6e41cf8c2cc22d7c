package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MembershipTest extends SubscriptionsTestBase {

    @Test
    void theSameConfigurationIsConfirmedAndAnotherRefused() {
        assertThat(done(subscriptions.put(USER, ID, webhook("events/*"), BASE)).created())
                .isTrue();
        assertThat(done(subscriptions.put(USER, ID, webhook("events/*"), BASE)).created())
                .isFalse();
        assertThat(refused(subscriptions.put(USER, ID, webhook("other/*"), BASE)))
                .isEqualTo(Reason.SUBSCRIPTION_ALREADY_EXISTS);

        restart(Duration.ZERO);
        assertThat(done(subscriptions.put(USER, ID, webhook("events/*"), BASE)).created())
                .isFalse();
        assertThat(refused(subscriptions.put(USER, ID, webhook("other/*"), BASE)))
                .isEqualTo(Reason.SUBSCRIPTION_ALREADY_EXISTS);
    }

    @Test
    void twoRequestsAtOnceMakeOneSubscription() {
        var first = subscriptions.put(USER, ID, webhook("events/*"), BASE);
        var second = subscriptions.put(USER, ID, webhook("events/*"), BASE);

        assertThat(done(first).created()).isTrue();
        assertThat(done(second).created()).isFalse();
    }

    @Test
    void existingStreamsAreLinkedAtTheirTailsAndWakeNobody() {
        engine.put("events/a", "1", "2");
        engine.put("events/b");
        engine.put("other/c", "1");

        create(webhook("events/*"));

        assertThat(acked("events/a")).isEqualTo(at(2).token());
        assertThat(acked("events/b")).isEqualTo(at(0).token());
        assertThat(acked("other/c")).isEqualTo("not linked");
        assertThat(sender.calls).isEmpty();
    }

    @Test
    void aStreamFoundLaterIsLinkedBeforeItsFirstMessage() {
        create(webhook("events/*"));
        engine.put("events/a", "1");
        loop.run();

        assertThat(acked("events/a")).isEqualTo("-1");
        assertThat(sender.calls).hasSize(1);
        assertThat(sender.last().body().at("/streams/0/has_pending").asBoolean())
                .isTrue();
        assertThat(sender.last().body().at("/streams/0/tail_offset").asText()).isEqualTo(at(1).token());
    }

    @Test
    void aForkFoundLaterIsLinkedAtItsForkPoint() {
        create(webhook("events/*"));
        engine.put("elsewhere/a", "1", "2");
        engine.fork(
                        new StreamName("events/with"),
                        ForkRequest.atTail(new StreamName("elsewhere/a")).withBody(Payload.of("3")))
                .join();
        engine.fork(new StreamName("events/without"), ForkRequest.atTail(new StreamName("elsewhere/a")))
                .join();
        loop.run();

        assertThat(acked("events/with")).isEqualTo(at(2).token());
        assertThat(sender.calls).hasSize(1);
        assertThat(sender.last().body().findValuesAsText("tail_offset")).contains(at(3).token());
        assertThat(acked("events/without")).isEqualTo(at(2).token());

        restart(Duration.ZERO);
        assertThat(acked("events/with")).isEqualTo(at(2).token());
    }

    @Test
    void explicitLinksComeAndGoAndLeaveTheLinkByPattern() {
        engine.put("events/a", "1");
        engine.put("extra/b", "1");
        create(webhook("events/*"));

        done(subscriptions.link(USER, ID, names("events/a", "extra/b", "missing/c")));
        assertThat(view().streams())
                .extracting(link -> link.path() + " " + link.explicit() + " " + link.acked())
                .containsExactlyInAnyOrder(
                        "events/a true " + at(1), "extra/b true " + at(1), "missing/c true " + at(0));

        restart(Duration.ZERO);
        for (StreamName name : names("events/a", "extra/b", "missing/c", "never/linked")) {
            done(subscriptions.unlink(USER, ID, name));
        }
        assertThat(view().streams())
                .extracting(link -> link.path() + " " + link.explicit())
                .containsExactly("events/a false");
    }

    @Test
    void anExplicitLinkToAStreamThatDoesNotExistYetTellsOfAllOfIt() {
        create(new SubscriptionConfig(
                new Delivery.Webhook("https://worker.example/"),
                Optional.empty(),
                names("later/a"),
                LEASE,
                Optional.empty()));
        engine.put("later/a", "1");
        loop.run();

        assertThat(sender.calls).hasSize(1);
    }

    @Test
    void aDeletedStreamLosesItsLinkAndItsSuccessorIsReadFromTheBeginning() {
        engine.put("events/a", "1", "2", "3");
        create(webhook("events/*"));
        done(subscriptions.link(USER, ID, names("events/a")));
        engine.delete(new StreamName("events/a")).join();
        loop.run();

        engine.put("events/a", "9");
        loop.run();

        assertThat(acked("events/a")).isEqualTo("-1");
        assertThat(sender.calls).hasSize(1);
    }

    @Test
    void aStreamReplacedDuringARestartIsReadFromTheBeginning() {
        engine.put("events/a", "1", "2", "3");
        create(webhook("events/*"));
        engine.forgetListeners();
        engine.delete(new StreamName("events/a")).join();
        engine.put("events/a", "9");

        restart(Duration.ZERO);

        assertThat(sender.calls).hasSize(1);
        assertThat(acked("events/a")).isEqualTo("-1");
    }

    @Test
    void aStreamThatCameUpJustBeforeACrashIsFoundAtTheStart() {
        create(webhook("events/*"));
        engine.forgetListeners();
        engine.put("events/a", "1");
        engine.put("other/b", "1");

        restart(Duration.ZERO);

        assertThat(sender.calls).hasSize(1);
        assertThat(view().streams()).extracting(link -> link.path().value()).containsExactly("events/a");
    }

    @Test
    void aDeletedSubscriptionIsGoneForGood() {
        create(webhook("events/*"));
        assertThat(done(subscriptions.delete(USER, ID))).isTrue();
        assertThat(done(subscriptions.delete(USER, ID))).isFalse();
        restart(Duration.ZERO);
        engine.put("events/a", "1");
        loop.run();

        assertThat(refused(subscriptions.get(USER, ID))).isEqualTo(Reason.SUBSCRIPTION_NOT_FOUND);
        assertThat(sender.calls).isEmpty();
        assertThat(engine.names(SubscriptionLog.ROOT, Optional.empty(), 10)).isEmpty();
    }

    @Test
    void nobodyUsesWhatAnotherUserHasCreatedOrIsToldOfStreamsTheyMayNotRead() {
        access = new SubscriptionAccess() {
            @Override
            public boolean mayRead(String user, StreamName stream) {
                return stream.value().endsWith(user);
            }

            @Override
            public boolean mayAppend(String user, StreamName stream) {
                return stream.value().endsWith(user);
            }

            @Override
            public boolean mayUse(String user, String owner) {
                return user.equals(owner);
            }
        };
        restart(Duration.ZERO);
        engine.put("events/local", "1");
        engine.put("events/eve", "1");
        create(webhook("events/*"));
        engine.put("events/eve", "2");
        loop.run();

        assertThat(view().streams()).extracting(link -> link.path().value()).containsExactly("events/local");
        assertThat(sender.calls).isEmpty();
        assertThat(refused(subscriptions.get("eve", ID))).isEqualTo(Reason.SUBSCRIPTION_NOT_FOUND);
        assertThat(done(subscriptions.delete("eve", ID))).isFalse();
        assertThat(refused(subscriptions.link(USER, ID, names("events/eve")))).isEqualTo(Reason.FORBIDDEN);
        assertThat(refused(subscriptions.put(USER, new SubscriptionId("pull"), pullWake("events/*"), BASE)))
                .isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void whatBelongsToTheServerIsNeverLinked() {
        create(webhook("**"));
        engine.put("events/a", "1");
        loop.run();

        assertThat(view().streams()).extracting(link -> link.path().value()).containsExactly("events/a");
        assertThatThrownBy(() -> pullWake("__ds/**")
                        .pattern()
                        .map(pattern -> new SubscriptionConfig(
                                new Delivery.PullWake(new StreamName("__ds/state/keys")),
                                Optional.of(pattern),
                                List.of(),
                                LEASE,
                                Optional.empty())))
                .hasMessageContaining("reserved");
        assertThat(refused(subscriptions.link(USER, ID, names("__ds/state/keys"))))
                .isEqualTo(Reason.INVALID_REQUEST);
    }

    @Test
    void thereAreNoMoreLinksThanTheLimit() {
        options = new SubscriptionOptions(10, 3, 10, 10, Optional.empty());
        restart(Duration.ZERO);
        engine.put("events/a", "1");
        engine.put("events/b", "1");
        create(webhook("events/*"));
        SubscriptionId other = new SubscriptionId("other");

        assertThat(refused(subscriptions.put(USER, other, webhook("events/*"), BASE)))
                .isEqualTo(Reason.TOO_MANY_SUBSCRIPTIONS);
        assertThat(refused(subscriptions.get(USER, other))).isEqualTo(Reason.SUBSCRIPTION_NOT_FOUND);
        assertThat(refused(subscriptions.link(USER, ID, names("x/1", "x/2")))).isEqualTo(Reason.TOO_MANY_SUBSCRIPTIONS);
        done(subscriptions.link(USER, ID, names("x/1")));
        engine.put("events/c", "1");
        loop.run();
        assertThat(acked("events/c")).isEqualTo("not linked");

        done(subscriptions.unlink(USER, ID, new StreamName("x/1")));
        engine.put("events/c", "2");
        loop.run();
        assertThat(acked("events/c")).isEqualTo("-1");
    }

    @Test
    void thereAreNoMoreSubscriptionsThanTheLimit() {
        options = new SubscriptionOptions(1, 100, 10, 10, Optional.empty());
        restart(Duration.ZERO);
        create(webhook("events/*"));

        assertThat(refused(subscriptions.put(USER, new SubscriptionId("sub-2"), webhook("a/*"), BASE)))
                .isEqualTo(Reason.TOO_MANY_SUBSCRIPTIONS);
    }

    private static List<StreamName> names(String... names) {
        return Arrays.stream(names).map(StreamName::new).toList();
    }
}
