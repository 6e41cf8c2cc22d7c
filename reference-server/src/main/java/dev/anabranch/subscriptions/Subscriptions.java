package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.webhooks.WebhookSender;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Durable cursors over streams, and the wakes that tell workers of news (PROTOCOL.md sections 6 and 7). Everything that
 * is answered is durable. Safe for use by many threads; no call blocks.
 *
 * <p>The futures complete on the subscriptions' own thread: what depends on them must not block there. They fail with a
 * {@link dev.anabranch.stream.DurableStreamsException} when the state could not be written. Subscriptions that
 * {@code user} may not use are not found.
 */
public final class Subscriptions implements AutoCloseable {

    private final Core core;
    private final Optional<WebhookSender> sender;
    private final Registry registry;
    private final Wakes wakes;
    private final Leases leases;
    private final StreamEngine.Listening listening;
    private final ExplicitLinks links;
    private final Creation creation;
    private final Requests requests;

    private Subscriptions(Core core, Optional<WebhookSender> sender) {
        this.core = core;
        this.sender = sender;
        this.wakes = new Wakes(core, sender);
        this.leases = new Leases(core, wakes);
        this.registry = new Registry(core, wakes::consider, wakes::hasten);
        this.links = new ExplicitLinks(core.access(), registry, wakes::consider);
        this.creation = new Creation(core, registry, links, wakes);
        this.requests = new Requests(core, registry);
        this.listening = core.engine().listen(registry);
    }

    /**
     * Takes up the subscriptions that {@code engine} keeps. Blocks until they are read.
     *
     * @param sender sends webhooks; without it there are none. Closed along with the subscriptions
     */
    public static Subscriptions open(
            StreamEngine engine,
            SubscriptionOptions options,
            SubscriptionAccess access,
            Optional<WebhookSender> sender) {
        Random random = new Random();
        return open(engine, options, access, sender, new ThreadLoop(), new Backoff(random::nextDouble));
    }

    static Subscriptions open(
            StreamEngine engine,
            SubscriptionOptions options,
            SubscriptionAccess access,
            Optional<WebhookSender> sender,
            Loop loop,
            Backoff backoff) {
        Keys keys = Keys.open(engine, sender.isPresent(), loop.now());
        WakeTokens tokens = new WakeTokens(keys.tokenSecret());
        Core core = new Core(engine, loop, access, options, tokens, keys, backoff, () -> "w_" + RandomText.next());
        Subscriptions subscriptions = new Subscriptions(core, sender);
        subscriptions.restore();
        return subscriptions;
    }

    /** Whether subscriptions may be of type webhook. */
    public boolean hasWebhooks() {
        return sender.isPresent();
    }

    /** The keys that verify webhooks, as JSON Web Keys (section 6.5). Empty if none was ever needed. */
    public List<Map<String, String>> jwks() {
        return core.keys().jwks(core.loop().now());
    }

    /** The id of the key that signs now; empty if none was ever needed. */
    public Optional<String> signingKeyId() {
        return core.keys().hasSigningKey() ? Optional.of(core.keys().active().id()) : Optional.empty();
    }

    /**
     * Creates a subscription, or confirms that it is there already with this configuration (section 6.2).
     *
     * @param baseUrl the URL of all streams, without a slash at its end: callbacks go below it
     */
    public CompletableFuture<Outcome<Confirmed>> put(
            String user, SubscriptionId id, SubscriptionConfig config, String baseUrl) {
        CompletableFuture<String> refusal = CompletableFuture.completedFuture("");
        if (config.delivery() instanceof Delivery.Webhook webhook) {
            if (sender.isEmpty()) {
                return CompletableFuture.completedFuture(Outcome.refused(
                        Reason.INVALID_REQUEST, "this server has no webhooks: start it with --webhooks"));
            }
            refusal = sender.get().refusal(webhook.url());
        }
        return refusal.thenCompose(reason -> reason.isEmpty()
                ? requests.onLoop(reply -> creation.create(user, id, config, baseUrl, reply))
                : CompletableFuture.completedFuture(Outcome.refused(Reason.WEBHOOK_URL_REJECTED, reason)));
    }

    /** What a subscription is now (section 6.3). */
    public CompletableFuture<Outcome<SubscriptionView>> get(String user, SubscriptionId id) {
        return requests.of(user, id, subscription -> Decision.answer(Outcome.done(subscription.view())));
    }

    /** Ends a subscription. Returns false if there was none. */
    public CompletableFuture<Outcome<Boolean>> delete(String user, SubscriptionId id) {
        CompletableFuture<Outcome<Boolean>> deleted = requests.of(
                user,
                id,
                subscription -> Decision.delete(Outcome.done(true), () -> {
                    registry.remove(subscription);
                    wakes.deleted(subscription);
                }));
        return deleted.thenApply(outcome -> outcome instanceof Outcome.Refused<Boolean> refused
                        && refused.refusal().reason() == Reason.SUBSCRIPTION_NOT_FOUND
                ? Outcome.done(false)
                : outcome);
    }

    /** Links streams one by one, at the tails they have now (section 6.4). Links that are there stay as they are. */
    public CompletableFuture<Outcome<Boolean>> link(String user, SubscriptionId id, List<StreamName> streams) {
        try {
            SubscriptionConfig.requireLinkable(streams);
        } catch (IllegalArgumentException unlinkable) {
            return CompletableFuture.completedFuture(
                    Outcome.refused(Reason.INVALID_REQUEST, String.valueOf(unlinkable.getMessage())));
        }
        return requests.of(user, id, subscription -> links.link(subscription, streams));
    }

    /** Ends an explicit link (section 6.4). A link by pattern stays. */
    public CompletableFuture<Outcome<Boolean>> unlink(String user, SubscriptionId id, StreamName stream) {
        return requests.of(user, id, subscription -> ExplicitLinks.unlink(subscription, stream));
    }

    /** A webhook's callback (section 7.1). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> callback(SubscriptionId id, Ack ack) {
        return requests.authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? leases.ack(subscription, ack)
                        : Decision.refuse(Reason.INVALID_REQUEST, "a pull-wake subscription has no callback"));
    }

    /** Takes the lease of a pull-wake subscription (section 7.2). */
    public CompletableFuture<Outcome<Claim>> claim(String user, SubscriptionId id, String worker) {
        return requests.of(user, id, subscription -> leases.claim(subscription, worker));
    }

    /** A claimer's ack or heartbeat (section 7.2). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> ack(SubscriptionId id, Ack ack) {
        return requests.authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? Decision.refuse(Reason.INVALID_REQUEST, "a webhook subscription is acked by its callback")
                        : leases.ack(subscription, ack));
    }

    /** Gives a claim back (section 7.2). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> release(SubscriptionId id, Ack ack) {
        return requests.authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? Decision.refuse(Reason.INVALID_REQUEST, "a webhook subscription is not released")
                        : leases.release(subscription, ack));
    }

    /** Stops waking. What is kept is taken up by the next {@link #open}; requests not yet answered fail. */
    @Override
    public void close() {
        requests.stop();
        listening.close();
        core.loop().close();
        sender.ifPresent(WebhookSender::close);
        requests.failAll();
    }

    private void restore() {
        SubscriptionLog.load(core.engine(), (image, log) -> {
            Subscription subscription =
                    new Subscription(image.origin(), image.head(), log, core.loop(), core.access(), registry.streams());
            registry.add(subscription);
            image.links().forEach(subscription::link);
        });
        registry.reconcile();
        core.loop().execute(() -> registry.all().forEach(wakes::resume));
    }
}
