package dev.anabranch.server.subscriptions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Ack;
import dev.anabranch.subscriptions.Delivery;
import dev.anabranch.subscriptions.StreamPattern;
import dev.anabranch.subscriptions.SubscriptionConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the bodies of requests. Members it does not know are passed over.
 *
 * <p>Every method throws {@link IllegalArgumentException} with what is wrong, for people.
 */
final class SubscriptionBody {

    private static final int WORKER_LENGTH_MAX = 256;
    private static final int DEPTH_MAX = 32;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH_MAX)
                        .build());
        JSON.getFactory().disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION);
    }

    private final JsonNode json;

    private SubscriptionBody(JsonNode json) {
        this.json = json;
    }

    static SubscriptionBody parse(byte[] body) {
        JsonNode json;
        try {
            // Jackson would take UTF-16 and UTF-32 as well; JSON on the wire is UTF-8.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            json = JSON.readTree(text);
        } catch (IOException malformed) {
            throw new IllegalArgumentException("the body is not JSON", malformed);
        }
        if (json == null || !json.isObject()) {
            throw new IllegalArgumentException("the body is not a JSON object");
        }
        return new SubscriptionBody(json);
    }

    SubscriptionConfig config() {
        String type = text("type").orElse("");
        Delivery delivery = switch (type) {
            case "webhook" -> new Delivery.Webhook(webhookUrl());
            case "pull-wake" -> new Delivery.PullWake(wakeStream());
            default -> throw new IllegalArgumentException("type is neither \"webhook\" nor \"pull-wake\"");
        };
        Optional<StreamPattern> pattern = text("pattern")
                .filter(value -> !value.isEmpty())
                .map(value -> named(
                        "pattern",
                        () -> new StreamPattern(ControlPath.streamName(value).value())));
        List<StreamName> streams = json.hasNonNull("streams") ? streams() : List.of();
        return new SubscriptionConfig(delivery, pattern, streams, leaseTtl(), text("description"));
    }

    List<StreamName> streams() {
        JsonNode array = json.path("streams");
        if (!array.isArray()) {
            throw new IllegalArgumentException("streams is not an array");
        }
        List<StreamName> streams = new ArrayList<>();
        for (JsonNode stream : array) {
            if (!stream.isTextual()) {
                throw new IllegalArgumentException("streams holds something that is not a string");
            }
            streams.add(named("streams", () -> ControlPath.streamName(stream.textValue())));
        }
        return streams;
    }

    String worker() {
        String worker = text("worker").orElse("");
        if (worker.isBlank() || worker.length() > WORKER_LENGTH_MAX) {
            throw new IllegalArgumentException("worker is not a string of 1 to " + WORKER_LENGTH_MAX + " characters");
        }
        return worker;
    }

    Ack ack(String token) {
        JsonNode generation = json.path("generation");
        if (!generation.isIntegralNumber() || !generation.canConvertToLong()) {
            throw new IllegalArgumentException("generation is not a whole number");
        }
        String wakeId = text("wake_id").orElseThrow(() -> new IllegalArgumentException("wake_id is missing"));
        JsonNode done = json.path("done");
        if (json.hasNonNull("done") && !done.isBoolean()) {
            throw new IllegalArgumentException("done is not a boolean");
        }
        return new Ack(token, wakeId, generation.longValue(), processed(), done.asBoolean(false));
    }

    private List<Ack.Processed> processed() {
        JsonNode acks = json.path("acks");
        if (json.hasNonNull("acks") && !acks.isArray()) {
            throw new IllegalArgumentException("acks is not an array");
        }
        List<Ack.Processed> processed = new ArrayList<>();
        for (JsonNode ack : acks) {
            JsonNode stream = ack.hasNonNull("stream") ? ack.path("stream") : ack.path("path");
            if (!stream.isTextual() || !ack.path("offset").isTextual()) {
                throw new IllegalArgumentException("an ack has no stream or no offset");
            }
            processed.add(named(
                    "acks",
                    () -> new Ack.Processed(
                            ControlPath.streamName(stream.textValue()),
                            new Offset(ack.path("offset").textValue()))));
        }
        return processed;
    }

    private String webhookUrl() {
        JsonNode url = json.path("webhook").path("url");
        if (!url.isTextual() || url.textValue().isEmpty()) {
            throw new IllegalArgumentException("a webhook subscription needs webhook.url");
        }
        return url.textValue();
    }

    private StreamName wakeStream() {
        String name = text("wake_stream")
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("a pull-wake subscription needs wake_stream"));
        return named("wake_stream", () -> ControlPath.streamName(name));
    }

    private Duration leaseTtl() {
        if (!json.has("lease_ttl_ms")) {
            return SubscriptionConfig.LEASE_DEFAULT;
        }
        JsonNode millis = json.get("lease_ttl_ms");
        if (!millis.isIntegralNumber() || !millis.canConvertToInt()) {
            throw new IllegalArgumentException("lease_ttl_ms is not a whole number of milliseconds");
        }
        return Duration.ofMillis(millis.intValue());
    }

    private Optional<String> text(String member) {
        if (!json.hasNonNull(member)) {
            return Optional.empty();
        }
        if (!json.get(member).isTextual()) {
            throw new IllegalArgumentException(member + " is not a string");
        }
        return Optional.of(json.get(member).textValue());
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T named(String member, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(member + ": " + malformed.getMessage(), malformed);
        }
    }
}
