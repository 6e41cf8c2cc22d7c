package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Done;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.subscriptions.Outcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Subscriptions over streams in memory, with a clock and a loop that the test moves. */
abstract class SubscriptionsTestBase {

    static final String USER = "local";
    static final String BASE = "http://server.example/v1/stream";
    static final SubscriptionId ID = new SubscriptionId("sub-1");
    static final Duration LEASE = Duration.ofSeconds(10);

    final MemoryEngine engine = new MemoryEngine();
    final RecordingSender sender = new RecordingSender();
    SubscriptionAccess access = SubscriptionAccess.allowAll();
    SubscriptionOptions options = SubscriptionOptions.DEFAULTS;
    ManualLoop loop = new ManualLoop(Instant.parse("2026-05-09T00:00:00Z"));
    Subscriptions subscriptions = open();

    final Subscriptions open() {
        Subscriptions opened =
                Subscriptions.open(engine, options, access, Optional.of(sender), loop, new Backoff(() -> 0.5));
        loop.run();
        return opened;
    }

    /** As if the process had been killed and started again after {@code pause}. */
    final void restart(Duration pause) {
        engine.forgetListeners();
        loop = new ManualLoop(loop.now().plus(pause));
        subscriptions = open();
    }

    final <T> T done(CompletableFuture<Outcome<T>> future) {
        loop.run();
        assertThat(future).isCompleted();
        Outcome<T> outcome = future.join();
        assertThat(outcome).isInstanceOf(Done.class);
        return ((Done<T>) outcome).value();
    }

    final <T> Reason refused(CompletableFuture<Outcome<T>> future) {
        loop.run();
        assertThat(future).isCompleted();
        Outcome<T> outcome = future.join();
        assertThat(outcome).isInstanceOf(Refused.class);
        return ((Refused<T>) outcome).refusal().reason();
    }

    static SubscriptionConfig webhook(String pattern) {
        return config(new Delivery.Webhook("https://worker.example/hooks"), pattern);
    }

    static SubscriptionConfig pullWake(String pattern) {
        return config(new Delivery.PullWake(new StreamName("wake/pool")), pattern);
    }

    static SubscriptionConfig config(Delivery delivery, String pattern) {
        return new SubscriptionConfig(
                delivery, Optional.of(new StreamPattern(pattern)), List.of(), LEASE, Optional.empty());
    }

    final SubscriptionView create(SubscriptionConfig config) {
        return done(subscriptions.put(USER, ID, config, BASE)).view();
    }

    final SubscriptionView view() {
        return done(subscriptions.get(USER, ID));
    }

    final String acked(String stream) {
        return view().streams().stream()
                .filter(link -> link.path().value().equals(stream))
                .map(link -> link.acked().token())
                .findFirst()
                .orElse("not linked");
    }

    final Claim claim(String worker) {
        return done(subscriptions.claim(USER, ID, worker));
    }

    static Ack ackOf(Claim claim, boolean done, String stream, Offset offset) {
        return new Ack(
                claim.token(),
                claim.wakeId(),
                claim.generation(),
                List.of(new Ack.Processed(new StreamName(stream), offset)),
                done);
    }

    static Ack ackOf(RecordingSender.Call call, boolean done, String stream, Offset offset) {
        return new Ack(
                call.token(),
                call.wakeId(),
                call.generation(),
                List.of(new Ack.Processed(new StreamName(stream), offset)),
                done);
    }

    static Ack bare(Claim claim, boolean done) {
        return new Ack(claim.token(), claim.wakeId(), claim.generation(), List.of(), done);
    }

    static Offset at(int position) {
        return MemoryEngine.offset(position);
    }
}
