package dev.anabranch.subscriptions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of wakes and claims (PROTOCOL.md section 12.9): signed, bound to one subscription and one generation, and of
 * limited life. A token alone is not enough: its wake must still be the current one.
 */
final class WakeTokens {

    /** Longer than any worker is expected to hold one wake. */
    static final Duration LIFE = Duration.ofDays(1);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int SECRET_BYTES = 32;
    private static final int LENGTH_MAX = 4096;

    private final byte[] secret;

    WakeTokens(String secret) {
        this.secret = Base64.getUrlDecoder().decode(secret);
    }

    static String newSecret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return ENCODER.encodeToString(bytes);
    }

    String issue(Origin subscription, long generation, Instant now) {
        String payload = JSON.createObjectNode()
                .put("sub", subscription.id().value())
                .put("inc", subscription.incarnation())
                .put("gen", generation)
                .put("exp", now.plus(LIFE).getEpochSecond())
                .toString();
        String encoded = ENCODER.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return encoded + "." + ENCODER.encodeToString(sign(encoded));
    }

    /** Which generation a token is for, or why it is not valid for this subscription. */
    Verdict check(Origin subscription, String token, Instant now) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > LENGTH_MAX) {
            return Verdict.of(Outcome.Reason.TOKEN_INVALID);
        }
        Optional<JsonNode> payload = read(token.substring(0, dot), token.substring(dot + 1));
        boolean isForIt = payload.isPresent()
                && payload.get().path("sub").asText().equals(subscription.id().value())
                && payload.get().path("inc").asText().equals(subscription.incarnation());
        if (!isForIt) {
            return Verdict.of(Outcome.Reason.TOKEN_INVALID);
        }
        if (payload.get().path("exp").asLong() < now.getEpochSecond()) {
            return Verdict.of(Outcome.Reason.TOKEN_EXPIRED);
        }
        return new Verdict(OptionalLong.of(payload.get().path("gen").asLong()), Optional.empty());
    }

    /** Either a generation or a reason. */
    record Verdict(OptionalLong generation, Optional<Outcome.Reason> refusal) {
        private static Verdict of(Outcome.Reason reason) {
            return new Verdict(OptionalLong.empty(), Optional.of(reason));
        }
    }

    private Optional<JsonNode> read(String encoded, String signature) {
        try {
            byte[] given = Base64.getUrlDecoder().decode(signature);
            if (!MessageDigest.isEqual(sign(encoded), given)) {
                return Optional.empty();
            }
            String payload = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            return Optional.of(JSON.readTree(payload));
        } catch (IllegalArgumentException | JsonProcessingException malformed) {
            return Optional.empty();
        }
    }

    private byte[] sign(String encoded) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(encoded.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no HmacSHA256", missing);
        }
    }
}
