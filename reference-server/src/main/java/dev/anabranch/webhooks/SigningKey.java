package dev.anabranch.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An Ed25519 key that signs webhooks (PROTOCOL.md sections 6.5 and 7.1). Safe for use by many threads.
 *
 * <p>Its id is {@code ds_} and the key's JWK thumbprint (RFC 7638), so it follows from the key alone.
 */
public final class SigningKey {

    /** The bytes that stand before the raw key in its X.509 encoding. */
    private static final int X509_PREFIX = 12;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey secret;
    private final String publicKey;
    private final String id;

    private SigningKey(PrivateKey secret, String publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
        this.id = "ds_" + thumbprint(publicKey);
    }

    /** A new key. */
    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] x509 = pair.getPublic().getEncoded();
            byte[] raw = Arrays.copyOfRange(x509, X509_PREFIX, x509.length);
            return new SigningKey(pair.getPrivate(), BASE64.encodeToString(raw));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no Ed25519", missing);
        }
    }

    /** The key that was {@linkplain #secret() kept}. */
    public static SigningKey of(String secret, String publicKey) {
        try {
            byte[] pkcs8 = Base64.getUrlDecoder().decode(secret);
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return new SigningKey(key, publicKey);
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("a stored webhook key is unreadable", broken);
        }
    }

    /** What JWKS and signatures call this key. */
    public String id() {
        return id;
    }

    /** The public key: its 32 bytes in unpadded base64url. */
    public String publicKey() {
        return publicKey;
    }

    /** The private key, PKCS #8 in base64url. For storage alone. */
    public String secret() {
        return BASE64.encodeToString(secret.getEncoded());
    }

    /** The public key as a JSON Web Key. */
    public Map<String, String> jwk() {
        Map<String, String> jwk = new LinkedHashMap<>();
        jwk.put("kty", "OKP");
        jwk.put("crv", "Ed25519");
        jwk.put("kid", id);
        jwk.put("use", "sig");
        jwk.put("alg", "EdDSA");
        jwk.put("x", publicKey);
        return jwk;
    }

    /** The value of the {@code Webhook-Signature} header for {@code body}, sent at {@code time}. */
    public String sign(byte[] body, Instant time) {
        long seconds = time.getEpochSecond();
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            signature.update(body);
            return "t=" + seconds + ",kid=" + id + ",ed25519=" + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java cannot sign with Ed25519", impossible);
        }
    }

    /** The id alone: a key does not belong in logs. */
    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }

    private static String thumbprint(String publicKey) {
        String canonical = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + publicKey + "\"}";
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.US_ASCII));
            return BASE64.encodeToString(hash);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no SHA-256", missing);
        }
    }
}
