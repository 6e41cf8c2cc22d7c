package dev.anabranch.subscriptions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.webhooks.SigningKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The server's secrets: what signs tokens, and the keys that sign webhooks. Kept in a stream that no client can reach,
 * so that they survive restarts. The newest key signs; an older one stays published for {@link #PUBLISHED} after it was
 * replaced, far longer than receivers accept a signature (PROTOCOL.md section 6.5). Safe for use by many threads.
 */
final class Keys {

    /** A key is replaced at the first start after this time. */
    static final Duration AGE_MAX = Duration.ofDays(90);

    static final Duration PUBLISHED = Duration.ofDays(1);

    static final StreamName STREAM = new StreamName(SubscriptionConfig.RESERVED + "/state/keys");

    private static final int READ_BYTES = 256 * 1024;

    private record Dated(SigningKey key, Instant created) {}

    private final String tokenSecret;
    private final List<Dated> keys;

    private Keys(String tokenSecret, List<Dated> keys) {
        this.tokenSecret = tokenSecret;
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the keys, and makes what is missing. Blocks.
     *
     * @param signing whether a key for webhooks is needed
     */
    static Keys open(StreamEngine engine, boolean signing, Instant now) {
        if (engine.status(STREAM).isEmpty()) {
            String secret = JsonNodeFactory.instance
                    .objectNode()
                    .put("token_secret", WakeTokens.newSecret(new SecureRandom()))
                    .toString();
            engine.create(STREAM, CreateRequest.JSON.withBody(Payload.jsonArray(List.of(secret))))
                    .join();
        }
        Keys kept = read(engine);
        boolean isFresh =
                !kept.keys.isEmpty() && kept.newest().created().plus(AGE_MAX).isAfter(now);
        if (!signing || isFresh) {
            return kept;
        }
        SigningKey key = SigningKey.generate();
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("public", key.publicKey());
        message.put("secret", key.secret());
        message.put("created", now.toEpochMilli());
        AppendResult result = engine.append(STREAM, AppendRequest.json(List.of(message.toString())))
                .join();
        if (!(result instanceof AppendResult.Appended)) {
            throw new IllegalStateException("the webhook key was not kept: " + result);
        }
        return read(engine);
    }

    String tokenSecret() {
        return tokenSecret;
    }

    /** The key that signs. There is one if there was ever need of one. */
    SigningKey active() {
        return newest().key();
    }

    boolean hasSigningKey() {
        return !keys.isEmpty();
    }

    /** What receivers need to verify signatures: the public keys, the newest first. */
    List<Map<String, String>> jwks(Instant now) {
        List<Map<String, String>> published = new ArrayList<>();
        for (int i = keys.size() - 1; i >= 0; i--) {
            boolean isActive = i == keys.size() - 1;
            if (isActive || keys.get(i + 1).created().plus(PUBLISHED).isAfter(now)) {
                published.add(keys.get(i).key().jwk());
            }
        }
        return published;
    }

    private Dated newest() {
        return keys.get(keys.size() - 1);
    }

    private static Keys read(StreamEngine engine) {
        String secret = "";
        List<Dated> keys = new ArrayList<>();
        Offset from = Offset.BEGINNING;
        while (true) {
            StreamPage page = engine.read(STREAM, from, READ_BYTES).page();
            for (Payload payload : page.messages()) {
                JsonNode message = StateCodec.parse(payload.utf8());
                secret = message.path("token_secret").asText(secret);
                if (message.has("secret")) {
                    SigningKey key = SigningKey.of(
                            message.get("secret").asText(),
                            message.path("public").asText());
                    keys.add(new Dated(
                            key, Instant.ofEpochMilli(message.path("created").asLong())));
                }
            }
            if (page.upToDate()) {
                return new Keys(secret, keys);
            }
            from = page.next();
        }
    }
}
