package dev.anabranch.subscriptions;

import dev.anabranch.subscriptions.Outcome.Reason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Makes subscriptions, or confirms them (PROTOCOL.md section 6.2). Used by the loop's thread alone. */
final class Creation {

    private final Core core;
    private final Registry registry;
    private final ExplicitLinks links;
    private final Wakes wakes;

    Creation(Core core, Registry registry, ExplicitLinks links, Wakes wakes) {
        this.core = core;
        this.registry = registry;
        this.links = links;
        this.wakes = wakes;
    }

    /** Creates the subscription, or confirms it. */
    void create(
            String user,
            SubscriptionId id,
            SubscriptionConfig config,
            String baseUrl,
            CompletableFuture<Outcome<Confirmed>> reply) {
        Subscription existing = registry.get(id);
        if (existing != null) {
            Runnable again = () -> create(user, id, config, baseUrl, reply);
            existing.submit(new Request<>(reply, again, () -> confirm(user, existing, config)));
            return;
        }
        Optional<Outcome.Refusal> refusal = refusal(user, config);
        if (refusal.isPresent()) {
            reply.complete(Outcome.refused(refusal.get()));
            return;
        }
        Origin origin =
                new Origin(id, config, StateCodec.hash(config), core.loop().now(), user, baseUrl, RandomText.next());
        SubscriptionLog log = SubscriptionLog.create(core.engine(), id);
        Subscription subscription =
                new Subscription(origin, Head.NEW, log, core.loop(), core.access(), registry.streams());
        registry.add(subscription);
        if (!registry.backfill(subscription)) {
            subscription.abandon();
            registry.remove(subscription);
            reply.complete(Outcome.refused(Reason.TOO_MANY_SUBSCRIPTIONS, ExplicitLinks.TOO_MANY));
            return;
        }
        keep(subscription, reply);
    }

    private void keep(Subscription subscription, CompletableFuture<Outcome<Confirmed>> reply) {
        subscription.submit(
                new Request<Confirmed>(reply, () -> {}, () -> {
                    Outcome<Confirmed> outcome = Outcome.done(new Confirmed(subscription.view(), true));
                    return Decision.change(Change.to(Head.NEW), outcome, () -> wakes.changed(subscription));
                }) {
                    @Override
                    public void abandoned(Optional<Throwable> failure) {
                        subscription.abandon();
                        registry.remove(subscription);
                        super.abandoned(failure);
                    }
                });
    }

    private Decision<Confirmed> confirm(String user, Subscription existing, SubscriptionConfig config) {
        boolean isSame = existing.origin().configHash().equals(StateCodec.hash(config));
        if (!isSame || !core.access().mayUse(user, existing.origin().owner())) {
            return Decision.refuse(
                    Reason.SUBSCRIPTION_ALREADY_EXISTS, "the subscription exists with another configuration");
        }
        return Decision.answer(Outcome.done(new Confirmed(existing.view(), false)));
    }

    private Optional<Outcome.Refusal> refusal(String user, SubscriptionConfig config) {
        if (registry.size() >= core.options().subscriptionsMax()) {
            return Optional.of(Outcome.Refusal.of(
                    Reason.TOO_MANY_SUBSCRIPTIONS,
                    "there are " + core.options().subscriptionsMax() + " subscriptions already"));
        }
        if (config.delivery() instanceof Delivery.PullWake pull
                && !core.access().mayAppend(user, pull.wakeStream())) {
            return Optional.of(ExplicitLinks.forbidden("append to wake stream", pull.wakeStream()));
        }
        return links.unreadable(user, config.streams());
    }
}
