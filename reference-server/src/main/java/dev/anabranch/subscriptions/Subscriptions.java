package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.webhooks.WebhookSender;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Durable cursors over streams, and the wakes that tell workers of news (PROTOCOL.md sections 6 and 7). Everything that
 * is answered is durable. Safe for use by many threads; no call blocks.
 *
 * <p>The futures complete on the subscriptions' own thread: what depends on them must not block there. They fail with a
 * {@link dev.anabranch.stream.DurableStreamsException} when the state could not be written. Subscriptions that
 * {@code user} may not use are not found.
 */
public final class Subscriptions implements AutoCloseable {

    /**
     * What became of a request to create a subscription.
     *
     * @param created whether it is new, and was not there already with the same configuration
     */
    public record Confirmed(SubscriptionView view, boolean created) {}

    private static final String TOO_MANY_LINKS = "subscriptions have as many links as there is memory for";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 15;

    private final Core core;
    private final Optional<WebhookSender> sender;
    private final Registry registry;
    private final Wakes wakes;
    private final Leases leases;
    private final StreamEngine.Listening listening;
    private final Map<Object, CompletableFuture<?>> unanswered = new HashMap<>();
    private volatile boolean closed;

    private Subscriptions(Core core, Optional<WebhookSender> sender) {
        this.core = core;
        this.sender = sender;
        this.wakes = new Wakes(core, sender);
        this.leases = new Leases(core, wakes);
        this.registry = new Registry(core, wakes::consider, wakes::hasten);
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
        Core core = new Core(engine, loop, access, options, tokens, keys, backoff, () -> "w_" + randomText());
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
                ? onLoop(reply -> create(user, id, config, baseUrl, reply))
                : CompletableFuture.completedFuture(Outcome.refused(Reason.WEBHOOK_URL_REJECTED, reason)));
    }

    /** What a subscription is now (section 6.3). */
    public CompletableFuture<Outcome<SubscriptionView>> get(String user, SubscriptionId id) {
        return request(user, id, subscription -> Decision.answer(Outcome.done(view(subscription))));
    }

    /** Ends a subscription. Returns false if there was none. */
    public CompletableFuture<Outcome<Boolean>> delete(String user, SubscriptionId id) {
        CompletableFuture<Outcome<Boolean>> deleted = request(
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
        return request(user, id, subscription -> link(subscription, streams));
    }

    /** Ends an explicit link (section 6.4). A link by pattern stays. */
    public CompletableFuture<Outcome<Boolean>> unlink(String user, SubscriptionId id, StreamName stream) {
        return request(user, id, subscription -> unlink(subscription, stream));
    }

    /** A webhook's callback (section 7.1). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> callback(SubscriptionId id, Ack ack) {
        return authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? leases.ack(subscription, ack)
                        : Decision.refuse(Reason.INVALID_REQUEST, "a pull-wake subscription has no callback"));
    }

    /** Takes the lease of a pull-wake subscription (section 7.2). */
    public CompletableFuture<Outcome<Claim>> claim(String user, SubscriptionId id, String worker) {
        return request(user, id, subscription -> leases.claim(subscription, worker));
    }

    /** A claimer's ack or heartbeat (section 7.2). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> ack(SubscriptionId id, Ack ack) {
        return authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? Decision.refuse(Reason.INVALID_REQUEST, "a webhook subscription is acked by its callback")
                        : leases.ack(subscription, ack));
    }

    /** Gives a claim back (section 7.2). Returns whether another wake follows. */
    public CompletableFuture<Outcome<Boolean>> release(SubscriptionId id, Ack ack) {
        return authorised(
                id,
                subscription -> subscription.config().isWebhook()
                        ? Decision.refuse(Reason.INVALID_REQUEST, "a webhook subscription is not released")
                        : leases.release(subscription, ack));
    }

    /** Stops waking. What is kept is taken up by the next {@link #open}; requests not yet answered fail. */
    @Override
    public void close() {
        closed = true;
        listening.close();
        core.loop().close();
        sender.ifPresent(WebhookSender::close);
        List<CompletableFuture<?>> left;
        synchronized (unanswered) {
            left = List.copyOf(unanswered.values());
        }
        left.forEach(reply -> reply.completeExceptionally(closing()));
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

    private void create(
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
                new Origin(id, config, StateCodec.hash(config), core.loop().now(), user, baseUrl, randomText());
        SubscriptionLog log = SubscriptionLog.create(core.engine(), id);
        Subscription subscription =
                new Subscription(origin, Head.NEW, log, core.loop(), core.access(), registry.streams());
        registry.add(subscription);
        if (!registry.backfill(subscription)) {
            subscription.abandon();
            registry.remove(subscription);
            reply.complete(Outcome.refused(Reason.TOO_MANY_SUBSCRIPTIONS, TOO_MANY_LINKS));
            return;
        }
        subscription.submit(
                new Request<Confirmed>(reply, () -> {}, () -> {
                    Outcome<Confirmed> outcome = Outcome.done(new Confirmed(view(subscription), true));
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
        return Decision.answer(Outcome.done(new Confirmed(view(existing), false)));
    }

    private Optional<Outcome.Refusal> refusal(String user, SubscriptionConfig config) {
        if (registry.size() >= core.options().subscriptionsMax()) {
            return Optional.of(Outcome.Refusal.of(
                    Reason.TOO_MANY_SUBSCRIPTIONS,
                    "there are " + core.options().subscriptionsMax() + " subscriptions already"));
        }
        if (config.delivery() instanceof Delivery.PullWake pull
                && !core.access().mayAppend(user, pull.wakeStream())) {
            return Optional.of(forbidden("append to wake stream", pull.wakeStream()));
        }
        return unreadable(user, config.streams());
    }

    private Optional<Outcome.Refusal> unreadable(String user, List<StreamName> streams) {
        return streams.stream()
                .filter(stream -> !core.access().mayRead(user, stream))
                .findFirst()
                .map(stream -> forbidden("read stream", stream));
    }

    private static Outcome.Refusal forbidden(String what, StreamName stream) {
        return Outcome.Refusal.of(Reason.FORBIDDEN, "not allowed to " + what + " '" + stream + "'");
    }

    private Decision<Boolean> link(Subscription subscription, List<StreamName> streams) {
        Optional<Outcome.Refusal> refusal = unreadable(subscription.origin().owner(), streams);
        if (refusal.isPresent()) {
            return Decision.refuse(refusal.get());
        }
        List<LinkRow> rows = new ArrayList<>();
        for (StreamName name : new HashSet<>(streams)) {
            Link link = subscription.link(name);
            if (subscription.config().isWakeStream(name)) {
                return Decision.refuse(Reason.INVALID_REQUEST, "the wake stream cannot be linked: " + name);
            }
            if (link == null) {
                rows.add(registry.rowAtTail(name, subscription.config().linksByPattern(name), true));
            } else if (!link.isExplicit()) {
                rows.add(link.row().asExplicit(true));
            }
        }
        if (rows.isEmpty()) {
            return Decision.answer(Outcome.done(true));
        }
        if (!registry.hasRoom(rows.size())) {
            return Decision.refuse(Reason.TOO_MANY_SUBSCRIPTIONS, TOO_MANY_LINKS);
        }
        return Decision.change(
                new Change(subscription.head(), rows, List.of()),
                Outcome.done(true),
                () -> wakes.consider(subscription));
    }

    private static Decision<Boolean> unlink(Subscription subscription, StreamName name) {
        Link link = subscription.link(name);
        if (link == null || !link.isExplicit()) {
            return Decision.answer(Outcome.done(true));
        }
        Change change = link.isGlob()
                ? new Change(subscription.head(), List.of(link.row().asExplicit(false)), List.of())
                : new Change(subscription.head(), List.of(), List.of(name));
        return Decision.change(change, Outcome.done(true), () -> {});
    }

    private SubscriptionView view(Subscription subscription) {
        Origin origin = subscription.origin();
        boolean failed = subscription.head().retries() > 0;
        return new SubscriptionView(
                origin.id(), origin.config(), subscription.view(), origin.created(), origin.owner(), failed);
    }

    private <T> CompletableFuture<Outcome<T>> request(
            String user, SubscriptionId id, Function<Subscription, Decision<T>> decide) {
        return onLoop(reply -> {
            Subscription subscription = registry.get(id);
            if (subscription == null
                    || !core.access().mayUse(user, subscription.origin().owner())) {
                reply.complete(notFound());
                return;
            }
            subscription.submit(
                    new Request<>(reply, () -> reply.complete(notFound()), () -> decide.apply(subscription)));
        });
    }

    /** A request whose token says all there is to say of who may make it. */
    private CompletableFuture<Outcome<Boolean>> authorised(
            SubscriptionId id, Function<Subscription, Decision<Boolean>> decide) {
        return onLoop(reply -> {
            Subscription subscription = registry.get(id);
            if (subscription == null) {
                reply.complete(notFound());
                return;
            }
            subscription.submit(
                    new Request<>(reply, () -> reply.complete(notFound()), () -> decide.apply(subscription)));
        });
    }

    private <T> CompletableFuture<Outcome<T>> onLoop(Consumer<CompletableFuture<Outcome<T>>> task) {
        CompletableFuture<Outcome<T>> reply = new CompletableFuture<>();
        Object key = new Object();
        synchronized (unanswered) {
            unanswered.put(key, reply);
        }
        CompletableFuture<Outcome<T>> answered = reply.whenComplete((outcome, failure) -> {
            synchronized (unanswered) {
                unanswered.remove(key);
            }
        });
        core.loop().execute(() -> {
            try {
                registry.drain();
                task.accept(reply);
            } catch (RuntimeException failure) {
                reply.completeExceptionally(failure);
            }
        });
        if (closed) {
            reply.completeExceptionally(closing());
        }
        return answered;
    }

    private static StreamsUnavailableException closing() {
        return new StreamsUnavailableException(
                StreamsUnavailableException.Cause.FAILURE,
                StreamsUnavailableException.Outcome.UNKNOWN,
                "the server is closing",
                null);
    }

    private static <T> Outcome<T> notFound() {
        return Outcome.refused(Reason.SUBSCRIPTION_NOT_FOUND, "there is no such subscription");
    }

    private static String randomText() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A client's request as a task: answers when what it decided is durable. */
    private static class Request<T> implements Step.Task {

        private final CompletableFuture<Outcome<T>> reply;
        private final Runnable gone;
        private final Supplier<Decision<T>> decide;

        /**
         * Makes a task.
         *
         * @param gone answers if the subscription was deleted before the task's turn came
         */
        Request(CompletableFuture<Outcome<T>> reply, Runnable gone, Supplier<Decision<T>> decide) {
            this.reply = reply;
            this.gone = gone;
            this.decide = decide;
        }

        @Override
        public Step decide() {
            Decision<T> decision;
            try {
                decision = decide.get();
            } catch (RuntimeException failure) {
                reply.completeExceptionally(failure);
                return Step.nothing();
            }
            return new Step(decision.change(), decision.deletes(), () -> {
                decision.then().run();
                reply.complete(decision.outcome());
            });
        }

        @Override
        public void abandoned(Optional<Throwable> failure) {
            if (failure.isPresent()) {
                reply.completeExceptionally(failure.get());
            } else {
                gone.run();
            }
        }
    }
}
