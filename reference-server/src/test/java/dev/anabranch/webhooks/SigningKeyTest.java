package dev.anabranch.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SigningKeyTest {

    private static final byte[] BODY = "{\"wake_id\":\"w_1\"}".getBytes(StandardCharsets.UTF_8);
    private static final Instant TIME = Instant.ofEpochMilli(1_778_324_210_999L);

    @Test
    void aReceiverVerifiesTheSignatureWithThePublishedKey() throws Exception {
        SigningKey key = SigningKey.generate();

        assertThat(verifies(key.jwk(), key.sign(BODY, TIME), BODY)).isTrue();
        assertThat(verifies(key.jwk(), key.sign(BODY, TIME), "{}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    @Test
    void aKeptKeyIsTheSameKey() throws Exception {
        SigningKey key = SigningKey.generate();
        SigningKey kept = SigningKey.of(key.secret(), key.publicKey());

        assertThat(kept.id()).isEqualTo(key.id()).startsWith("ds_");
        assertThat(verifies(key.jwk(), kept.sign(BODY, TIME), BODY)).isTrue();
    }

    @Test
    void aKeyDoesNotShowItsSecret() {
        SigningKey key = SigningKey.generate();

        assertThat(key.toString()).doesNotContain(key.secret());
        assertThat(key.jwk()).doesNotContainKey("d").containsEntry("alg", "EdDSA");
    }

    /** As a receiver would do it, with nothing of ours but the header and the JWK. */
    private static boolean verifies(Map<String, String> jwk, String header, byte[] body) throws Exception {
        Matcher parts =
                Pattern.compile("t=(\\d+),kid=([^,]+),ed25519=([A-Za-z0-9_-]+)").matcher(header);
        assertThat(parts.matches()).isTrue();
        assertThat(parts.group(1)).isEqualTo("1778324210");
        assertThat(parts.group(2)).isEqualTo(jwk.get("kid"));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(publicKey(Base64.getUrlDecoder().decode(jwk.get("x"))));
        signature.update("1778324210.".getBytes(StandardCharsets.US_ASCII));
        signature.update(body);
        return signature.verify(Base64.getUrlDecoder().decode(parts.group(3)));
    }

    private static PublicKey publicKey(byte[] littleEndian) throws Exception {
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = littleEndian[31 - i];
        }
        boolean xIsOdd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] &= 0x7f;
        EdECPoint point = new EdECPoint(xIsOdd, new BigInteger(1, bigEndian));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }
}
