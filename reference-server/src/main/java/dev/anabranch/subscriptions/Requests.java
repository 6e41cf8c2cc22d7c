package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.subscriptions.Outcome.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Brings requests to the loop, and sees to it that each is answered. Safe for use by many threads. */
final class Requests {

    private final Core core;
    private final Registry registry;
    private final Map<Object, CompletableFuture<?>> unanswered = new HashMap<>();
    private volatile boolean closed;

    Requests(Core core, Registry registry) {
        this.core = core;
        this.registry = registry;
    }

    /** A request of a user, who may use the subscription or else learns of none. */
    <T> CompletableFuture<Outcome<T>> of(String user, SubscriptionId id, Function<Subscription, Decision<T>> decide) {
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
    CompletableFuture<Outcome<Boolean>> authorised(
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

    /** Runs {@code task} on the loop, with all that the engine has told of taken in. */
    <T> CompletableFuture<Outcome<T>> onLoop(Consumer<CompletableFuture<Outcome<T>>> task) {
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

    /** Lets no request in from now on. */
    void stop() {
        closed = true;
    }

    /** Fails what is left unanswered, now that the loop has ended. */
    void failAll() {
        List<CompletableFuture<?>> left;
        synchronized (unanswered) {
            left = List.copyOf(unanswered.values());
        }
        left.forEach(reply -> reply.completeExceptionally(closing()));
    }
}
