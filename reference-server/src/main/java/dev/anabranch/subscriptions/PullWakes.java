package dev.anabranch.subscriptions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes wake events to wake streams (PROTOCOL.md section 7.2). Used by the loop's thread alone. */
final class PullWakes {

    private static final Logger LOG = LoggerFactory.getLogger(PullWakes.class);

    private final Core core;
    private final Wakes wakes;
    private final Set<Subscription> announcing = new HashSet<>();

    PullWakes(Core core, Wakes wakes) {
        this.core = core;
        this.wakes = wakes;
    }

    /** Issues a wake, or tells again of one whose event could not be written. */
    void deliver(Subscription subscription) {
        subscription.submit(new Step.Task() {
            @Override
            public Step decide() {
                Head head = subscription.head();
                boolean isUnderWay = head.wakeId().isPresent() && announcing.contains(subscription);
                if (head.delivered() || isUnderWay || !subscription.isDue()) {
                    return Step.nothing();
                }
                if (head.wakeId().isPresent()) {
                    return Step.change(head.attempted(Optional.empty()), () -> announce(subscription));
                }
                if (!subscription.hasPending()) {
                    return Step.nothing();
                }
                return Step.change(head.woken(core.wakeIds().get()), () -> announce(subscription));
            }

            @Override
            public void abandoned(Optional<Throwable> failure) {
                failure.ifPresent(cause -> wakes.writeFailed(subscription, cause, () -> deliver(subscription)));
            }
        });
    }

    private void announce(Subscription subscription) {
        announcing.add(subscription);
        wakes.setTimer(subscription);
        String wakeId = subscription.head().wakeId().orElseThrow();
        CompletableFuture<Void> unused = append(subscription).handle((done, failure) -> {
            core.loop().execute(() -> {
                announcing.remove(subscription);
                announced(subscription, wakeId, Optional.ofNullable(failure));
            });
            return null;
        });
    }

    private CompletableFuture<Void> append(Subscription subscription) {
        StreamName wakeStream = ((Delivery.PullWake) subscription.config().delivery()).wakeStream();
        if (!core.access().mayAppend(subscription.origin().owner(), wakeStream)) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("its owner may not append to wake stream '" + wakeStream + "'"));
        }
        try {
            Optional<StreamStatus> status = core.engine().status(wakeStream);
            if (status.isEmpty()) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("wake stream '" + wakeStream + "' does not exist"));
            }
            ContentType type = status.get().head().contentType();
            Payload event = Payload.of(event(subscription) + (type.isJson() ? "" : "\n"));
            return core.engine()
                    .append(wakeStream, AppendRequest.of(type, event))
                    .thenAccept(result -> {
                        if (!(result instanceof AppendResult.Appended)) {
                            throw new IllegalStateException("wake stream '" + wakeStream + "' took no event");
                        }
                    });
        } catch (DurableStreamsException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private String event(Subscription subscription) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "wake")
                .put("subscription_id", subscription.origin().id().value())
                .put(
                        "stream",
                        subscription.firstPending().map(StreamName::value).orElse(""))
                .put("generation", subscription.head().generation())
                .put("ts", core.loop().now().toEpochMilli())
                .toString();
    }

    private void announced(Subscription subscription, String wakeId, Optional<Throwable> failure) {
        // Said once: the same goes on with every attempt.
        failure.filter(cause -> subscription.head().retries() == 0)
                .ifPresent(cause -> LOG.warn(
                        "subscription '{}' was not woken: {}",
                        subscription.origin().id(),
                        messageOf(cause)));
        subscription.submit(new Step.Task() {
            @Override
            public Step decide() {
                Head head = subscription.head();
                if (!head.isWake(wakeId) || head.delivered()) {
                    return Step.nothing();
                }
                Head next = failure.isEmpty() ? head.reached() : head.failed(wakes.nextAttempt(head));
                return Step.change(next, () -> wakes.changed(subscription));
            }

            @Override
            public void abandoned(Optional<Throwable> lost) {
                lost.ifPresent(cause ->
                        wakes.writeFailed(subscription, cause, () -> announced(subscription, wakeId, failure)));
            }
        });
    }

    private static String messageOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }
}
