package dev.anabranch.server.subscriptions;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.subscriptions.Claim;
import dev.anabranch.subscriptions.Delivery;
import dev.anabranch.subscriptions.Outcome.Refusal;
import dev.anabranch.subscriptions.StreamLink;
import dev.anabranch.subscriptions.StreamPattern;
import dev.anabranch.subscriptions.SubscriptionView;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Spells answers in JSON. */
final class SubscriptionJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private SubscriptionJson() {}

    static ObjectNode subscription(SubscriptionView view, Optional<String> signingKey, String baseUrl) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", view.id().value());
        json.put("subscription_id", view.id().value());
        json.put("type", view.config().delivery() instanceof Delivery.Webhook ? "webhook" : "pull-wake");
        json.put("pattern", view.config().pattern().map(StreamPattern::value).orElse(null));
        ArrayNode streams = json.putArray("streams");
        for (StreamLink link : view.streams()) {
            streams.addObject()
                    .put("path", link.path().value())
                    .put("link_type", link.explicit() ? "explicit" : "glob")
                    .put("acked_offset", link.acked().token());
        }
        delivery(json, view.config().delivery(), signingKey, baseUrl);
        json.put("lease_ttl_ms", view.config().leaseTtl().toMillis());
        json.put("created_at", MILLIS.format(view.created()));
        json.put("status", view.failed() ? "failed" : "active");
        json.put("description", view.config().description().orElse(null));
        return json;
    }

    private static void delivery(ObjectNode json, Delivery delivery, Optional<String> signingKey, String baseUrl) {
        if (delivery instanceof Delivery.Webhook webhook) {
            ObjectNode details = json.putObject("webhook").put("url", webhook.url());
            signingKey.ifPresent(key -> details.putObject("signing")
                    .put("alg", "ed25519")
                    .put("kid", key)
                    .put("jwks_url", baseUrl + "/__ds/jwks.json"));
            json.putNull("wake_stream");
        } else if (delivery instanceof Delivery.PullWake pull) {
            json.putNull("webhook");
            json.put("wake_stream", pull.wakeStream().value());
        } else {
            throw new AssertionError("no spelling for " + delivery);
        }
    }

    static ObjectNode claim(Claim claim) {
        ObjectNode json = JSON.createObjectNode();
        json.put("wake_id", claim.wakeId());
        json.put("generation", claim.generation());
        json.put("token", claim.token());
        ArrayNode streams = json.putArray("streams");
        claim.streams().forEach(link -> streams.add(link.toJson()));
        json.put("lease_ttl_ms", claim.leaseTtl().toMillis());
        return json;
    }

    static ObjectNode acked(boolean nextWake) {
        return JSON.createObjectNode().put("ok", true).put("next_wake", nextWake);
    }

    static ObjectNode keys(List<Map<String, String>> keys) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode array = json.putArray("keys");
        keys.forEach(key -> array.addPOJO(key));
        return json;
    }

    static ObjectNode error(String code, String message) {
        ObjectNode json = JSON.createObjectNode();
        json.putObject("error").put("code", code).put("message", message);
        return json;
    }

    static ObjectNode error(Refusal refusal) {
        ObjectNode json = error(refusal.reason().name(), refusal.message());
        refusal.holder()
                .ifPresent(holder -> json.withObject("/error")
                        .put("current_holder", holder.worker())
                        .put("generation", holder.generation()));
        return json;
    }
}
