package dev.anabranch.subscriptions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.webhooks.WebhookSender;
import dev.anabranch.webhooks.WebhookSender.Response;
import dev.anabranch.webhooks.WebhookSender.Sending;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers wakes by webhook (PROTOCOL.md section 7.1), so many at a time. Used by the loop's thread alone.
 *
 * <p>A wake is issued only when its turn has come, since its lease begins then.
 */
final class Webhooks {

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Core core;
    private final Wakes wakes;
    private final WebhookSender sender;

    private final Set<Subscription> waiting = new LinkedHashSet<>();
    private final Map<Subscription, Sending> sendings = new HashMap<>();
    private int underWay;

    /** One request, and what it told of. */
    private record Attempt(Subscription subscription, String wakeId, List<StreamLink> snapshot) {}

    Webhooks(Core core, Wakes wakes, WebhookSender sender) {
        this.core = core;
        this.wakes = wakes;
        this.sender = sender;
    }

    /** Issues a wake, or sends again one that did not arrive, as soon as its turn comes. */
    void deliver(Subscription subscription) {
        waiting.add(subscription);
        startSome();
    }

    /** Gives up the request under way, if there is one. */
    void abort(Subscription subscription) {
        Sending sending = sendings.remove(subscription);
        if (sending != null) {
            sending.abort();
        }
    }

    private void startSome() {
        while (underWay < core.options().deliveriesMax() && !waiting.isEmpty()) {
            Iterator<Subscription> first = waiting.iterator();
            Subscription subscription = first.next();
            first.remove();
            underWay++;
            issue(subscription);
        }
    }

    private void finishOne() {
        underWay--;
        // On the loop anew: many that turn out to need nothing would otherwise pile up on the stack.
        core.loop().execute(this::startSome);
    }

    private void issue(Subscription subscription) {
        subscription.submit(new Step.Task() {
            @Override
            public Step decide() {
                Head head = subscription.head();
                if (!isWanted(subscription)) {
                    return Step.then(() -> unwanted(subscription));
                }
                Head next = head.wakeId().isPresent()
                        ? head
                        : head.woken(core.wakeIds().get());
                next = next.attempted(
                        Optional.of(core.loop().now().plus(subscription.config().leaseTtl())));
                return Step.change(next, () -> send(subscription));
            }

            @Override
            public void abandoned(Optional<Throwable> failure) {
                finishOne();
                failure.ifPresent(cause -> wakes.writeFailed(subscription, cause, () -> deliver(subscription)));
            }
        });
    }

    private boolean isWanted(Subscription subscription) {
        Head head = subscription.head();
        boolean hasReason = head.wakeId().isPresent()
                ? !head.delivered() && !sendings.containsKey(subscription)
                : subscription.hasPending();
        return hasReason && subscription.isDue();
    }

    /** Ends the hold-off of a subscription that has nothing to be woken for any more. */
    private void unwanted(Subscription subscription) {
        finishOne();
        Head head = subscription.head();
        boolean isHeldOff = head.wakeId().isEmpty() && head.nextAttempt().isPresent();
        if (isHeldOff && subscription.isDue() && !subscription.hasPending()) {
            wakes.settle(subscription, head);
        }
    }

    private void send(Subscription subscription) {
        wakes.setTimer(subscription);
        Head head = subscription.head();
        Attempt attempt = new Attempt(
                subscription,
                head.wakeId().orElseThrow(),
                subscription.snapshot(core.options().streamsPerWakeMax()));
        byte[] body = body(attempt, head).getBytes(StandardCharsets.UTF_8);
        String signature = core.keys().active().sign(body, core.loop().now());
        Delivery.Webhook webhook = (Delivery.Webhook) subscription.config().delivery();
        Sending sending = sender.post(webhook.url(), body, signature, TIMEOUT);
        sendings.put(subscription, sending);
        CompletableFuture<Void> unused = sending.response().handle((response, failure) -> {
            core.loop().execute(() -> {
                sendings.remove(subscription, sending);
                finishOne();
                answered(attempt, response, failure);
            });
            return null;
        });
    }

    private String body(Attempt attempt, Head head) {
        Origin origin = attempt.subscription().origin();
        ObjectNode body = JSON.createObjectNode();
        body.put("subscription_id", origin.id().value());
        body.put("wake_id", attempt.wakeId());
        body.put("generation", head.generation());
        ArrayNode streams = body.putArray("streams");
        attempt.snapshot().forEach(link -> streams.add(link.toJson()));
        body.put("callback_url", callbackUrl(origin));
        body.put(
                "callback_token",
                core.tokens().issue(origin, head.generation(), core.loop().now()));
        return body.toString();
    }

    private String callbackUrl(Origin origin) {
        String id =
                URLEncoder.encode(origin.id().value(), StandardCharsets.UTF_8).replace("+", "%20");
        return core.options().baseUrl().orElse(origin.baseUrl()) + "/" + SubscriptionConfig.RESERVED + "/subscriptions/"
                + id + "/callback";
    }

    private void answered(Attempt attempt, @Nullable Response response, @Nullable Throwable failure) {
        boolean succeeded = response != null && response.isSuccess();
        boolean isDone = response != null && succeeded && saysDone(response.body());
        if (!succeeded) {
            LOG.info(
                    "webhook of subscription '{}' failed: {}",
                    attempt.subscription().origin().id(),
                    response == null ? String.valueOf(failure) : "status " + response.status());
        }
        attempt.subscription().submit(new Step.Task() {
            @Override
            public Step decide() {
                return outcome(attempt, succeeded, isDone);
            }

            @Override
            public void abandoned(Optional<Throwable> lost) {
                lost.ifPresent(cause ->
                        wakes.writeFailed(attempt.subscription(), cause, () -> answered(attempt, response, failure)));
            }
        });
    }

    private Step outcome(Attempt attempt, boolean succeeded, boolean isDone) {
        Subscription subscription = attempt.subscription();
        Head head = subscription.head();
        Runnable then = () -> wakes.changed(subscription);
        if (!head.isWake(attempt.wakeId())) {
            return Step.nothing();
        }
        if (isDone) {
            return Step.change(new Change(head.idle(), subscription.acked(tails(attempt)), List.of()), then);
        }
        if (head.delivered()) {
            // A callback came before the answer: it has said all there is to say.
            return Step.nothing();
        }
        return Step.change(succeeded ? head.reached() : head.failed(wakes.nextAttempt(head)), then);
    }

    /** The tails that the request told of: what came later is not acked by its answer. */
    private static Map<StreamName, Offset> tails(Attempt attempt) {
        Map<StreamName, Offset> tails = new LinkedHashMap<>();
        attempt.snapshot().stream().filter(StreamLink::pending).forEach(link -> tails.put(link.path(), link.tail()));
        return tails;
    }

    private static boolean saysDone(String body) {
        try {
            JsonNode answer = JSON.readTree(body);
            return answer != null
                    && answer.path("done").isBoolean()
                    && answer.path("done").asBoolean();
        } catch (JsonProcessingException notJson) {
            // Receivers may answer what they like; only done is a message to us.
            return false;
        }
    }
}
