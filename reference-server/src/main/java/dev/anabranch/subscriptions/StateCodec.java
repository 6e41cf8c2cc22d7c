package dev.anabranch.subscriptions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Spells a subscription's state in JSON, for storage. */
final class StateCodec {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LINKS_PER_MESSAGE = 500;

    private StateCodec() {}

    /** The hash that tells one configuration from another (PROTOCOL.md section 6.2). */
    static String hash(SubscriptionConfig config) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(config(config).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java has no SHA-256", missing);
        }
    }

    static String change(Change change) {
        ObjectNode message = JSON.createObjectNode();
        message.set("head", head(change.head()));
        if (!change.linked().isEmpty()) {
            message.set("links", links(change.linked()));
        }
        if (!change.unlinked().isEmpty()) {
            ArrayNode unlinked = message.putArray("unlinked");
            change.unlinked().forEach(name -> unlinked.add(name.value()));
        }
        return message.toString();
    }

    /** The messages of a whole image; the last of them says that it is whole. */
    static List<String> image(Image image) {
        List<String> messages = new ArrayList<>();
        ObjectNode first = JSON.createObjectNode();
        first.set("origin", origin(image.origin()));
        first.set("head", head(image.head()));
        messages.add(first.toString());
        for (int i = 0; i < image.links().size(); i += LINKS_PER_MESSAGE) {
            List<LinkRow> part = image.links()
                    .subList(i, Math.min(i + LINKS_PER_MESSAGE, image.links().size()));
            messages.add(JSON.createObjectNode().set("links", links(part)).toString());
        }
        messages.add(JSON.createObjectNode().put("complete", true).toString());
        return messages;
    }

    static JsonNode parse(String message) {
        try {
            return JSON.readTree(message);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("the stored state of a subscription is unreadable", broken);
        }
    }

    static Origin origin(JsonNode json) {
        return new Origin(
                new SubscriptionId(json.path("id").asText()),
                config(json.path("config")),
                json.path("hash").asText(),
                Instant.ofEpochMilli(json.path("created").asLong()),
                json.path("owner").asText(),
                json.path("base_url").asText(),
                json.path("incarnation").asText());
    }

    static Head head(JsonNode json) {
        return new Head(
                json.path("generation").asLong(),
                text(json, "wake"),
                json.path("delivered").asBoolean(),
                text(json, "holder"),
                instant(json, "lease_until"),
                json.path("retries").asInt(),
                instant(json, "next_attempt_at"));
    }

    static List<LinkRow> links(JsonNode json) {
        List<LinkRow> links = new ArrayList<>();
        for (JsonNode link : json) {
            String kind = link.path("k").asText();
            links.add(new LinkRow(
                    new StreamName(link.path("p").asText()),
                    kind.contains("g"),
                    kind.contains("e"),
                    link.path("s").asLong(),
                    new Offset(link.path("a").asText())));
        }
        return links;
    }

    private static ObjectNode origin(Origin origin) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", origin.id().value());
        json.set("config", config(origin.config()));
        json.put("hash", origin.configHash());
        json.put("created", origin.created().toEpochMilli());
        json.put("owner", origin.owner());
        json.put("base_url", origin.baseUrl());
        json.put("incarnation", origin.incarnation());
        return json;
    }

    private static ObjectNode config(SubscriptionConfig config) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", config.isWebhook() ? "webhook" : "pull-wake");
        config.pattern().ifPresent(pattern -> json.put("pattern", pattern.value()));
        ArrayNode streams = json.putArray("streams");
        config.streams().forEach(stream -> streams.add(stream.value()));
        if (config.delivery() instanceof Delivery.Webhook webhook) {
            json.put("url", webhook.url());
        } else if (config.delivery() instanceof Delivery.PullWake pull) {
            json.put("wake_stream", pull.wakeStream().value());
        } else {
            throw new AssertionError("no spelling for " + config.delivery());
        }
        json.put("lease_ttl_ms", config.leaseTtl().toMillis());
        config.description().ifPresent(description -> json.put("description", description));
        return json;
    }

    private static SubscriptionConfig config(JsonNode json) {
        List<StreamName> streams = new ArrayList<>();
        json.path("streams").forEach(stream -> streams.add(new StreamName(stream.asText())));
        Delivery delivery = json.path("type").asText().equals("webhook")
                ? new Delivery.Webhook(json.path("url").asText())
                : new Delivery.PullWake(new StreamName(json.path("wake_stream").asText()));
        return new SubscriptionConfig(
                delivery,
                text(json, "pattern").map(StreamPattern::new),
                streams,
                Duration.ofMillis(json.path("lease_ttl_ms").asLong()),
                text(json, "description"));
    }

    private static ObjectNode head(Head head) {
        ObjectNode json = JSON.createObjectNode();
        json.put("generation", head.generation());
        head.wakeId().ifPresent(wake -> json.put("wake", wake));
        json.put("delivered", head.delivered());
        head.holder().ifPresent(holder -> json.put("holder", holder));
        head.leaseUntil().ifPresent(until -> json.put("lease_until", until.toEpochMilli()));
        json.put("retries", head.retries());
        head.nextAttempt().ifPresent(next -> json.put("next_attempt_at", next.toEpochMilli()));
        return json;
    }

    private static ArrayNode links(List<LinkRow> rows) {
        ArrayNode json = JSON.createArrayNode();
        for (LinkRow row : rows) {
            json.addObject()
                    .put("p", row.path().value())
                    .put("k", (row.glob() ? "g" : "") + (row.explicit() ? "e" : ""))
                    .put("s", row.streamId())
                    .put("a", row.acked().token());
        }
        return json;
    }

    private static Optional<String> text(JsonNode json, String name) {
        return json.hasNonNull(name) ? Optional.of(json.get(name).asText()) : Optional.empty();
    }

    private static Optional<Instant> instant(JsonNode json, String name) {
        return json.hasNonNull(name)
                ? Optional.of(Instant.ofEpochMilli(json.get(name).asLong()))
                : Optional.empty();
    }
}
