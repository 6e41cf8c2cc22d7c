package dev.anabranch.server.security;

import java.net.URI;

/**
 * Whose JWTs the server takes as bearer tokens.
 *
 * @param issuer the {@code iss} that tokens must carry
 * @param jwks where the issuer publishes its keys; over {@code https}, save on this machine
 * @param audience the {@code aud} that tokens must carry
 */
public record JwtOptions(String issuer, URI jwks, String audience) {

    public JwtOptions {
        if (issuer.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("JWT issuer and audience must not be blank");
        }
        boolean local = "localhost".equals(jwks.getHost()) || "127.0.0.1".equals(jwks.getHost());
        if (!"https".equals(jwks.getScheme()) && !("http".equals(jwks.getScheme()) && local)) {
            throw new IllegalArgumentException("JWKS address '" + jwks + "' is not https");
        }
    }

    /** The keys under {@code .well-known/jwks.json} of the issuer. */
    public static JwtOptions of(String issuer, String audience) {
        return new JwtOptions(issuer, JwtIssuer.wellKnownJwks(issuer), audience);
    }
}
