package dev.anabranch.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.anabranch.server.security.Authentication.Known;
import dev.anabranch.server.security.Authentication.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JwtIssuerTest {

    private static final String ISSUER = "https://login.example";

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private HttpServer keysServer;
    private ECKey key;
    private Authenticator authenticator;

    @BeforeEach
    void publishKeys() throws IOException, JOSEException {
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        byte[] jwks = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        keysServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keysServer.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, jwks.length);
            exchange.getResponseBody().write(jwks);
            exchange.close();
        });
        keysServer.start();
        URI jwksUri = URI.create("http://127.0.0.1:" + keysServer.getAddress().getPort() + "/keys");
        authenticator = Authenticators.of(
                SecurityOptions.DEFAULTS.withJwt(new JwtOptions(ISSUER, jwksUri, "anabranch")), () -> now);
    }

    @AfterEach
    void stop() {
        keysServer.stop(0);
    }

    @Test
    void aTokenOfTheIssuerNamesUserAndScopes() throws JOSEException {
        Authentication result = authenticate(signed(claims().build(), key));

        assertThat(result).isInstanceOf(Known.class);
        assertThat(((Known) result).caller().user()).isEqualTo(new UserId("dora"));
        assertThat(((Known) result).caller().scopes()).isEqualTo(Set.of(Scope.READ, Scope.FORK));
    }

    @Test
    void scopesMayBeAList() throws JOSEException {
        JWTClaimsSet claims = claims().claim("scope", null)
                .claim("scp", List.of("append", "delete"))
                .build();

        assertThat(((Known) authenticate(signed(claims, key))).caller().scopes())
                .isEqualTo(Set.of(Scope.APPEND, Scope.DELETE));
    }

    @Test
    void whatDoesNotAgreeIsRefused() throws JOSEException {
        ECKey otherKey = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();

        assertRefused("another key", signed(claims().build(), otherKey));
        assertRefused(
                "another issuer", signed(claims().issuer("https://evil.example").build(), key));
        assertRefused("another audience", signed(claims().audience("other").build(), key));
        assertRefused("no audience", signed(claims().audience((String) null).build(), key));
        assertRefused("no expiry", signed(claims().expirationTime(null).build(), key));
        assertRefused("no subject", signed(claims().subject(null).build(), key));
        assertRefused(
                "a subject that is no name", signed(claims().subject("a b").build(), key));
        assertRefused(
                "expired",
                signed(claims().expirationTime(at(Duration.ofMinutes(-2))).build(), key));
        assertRefused(
                "not yet valid",
                signed(claims().notBeforeTime(at(Duration.ofMinutes(5))).build(), key));
        assertRefused("unsigned", new PlainJWT(claims().build()).serialize());
        assertRefused("signed with the public key as a secret", macSigned());
        assertRefused("no JWT", "a.b.c");
    }

    @Test
    void keysAreFetchedOverHttpsOnly() {
        assertThatThrownBy(() -> new JwtOptions(ISSUER, URI.create("http://login.example/keys"), "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
    }

    private void assertRefused(String what, String token) {
        assertThat(authenticate(token)).as(what).isEqualTo(new Refused("the token is not valid"));
    }

    private Authentication authenticate(String token) {
        return authenticator.authenticate(Optional.of("Bearer " + token));
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("anabranch")
                .subject("dora")
                .expirationTime(at(Duration.ofMinutes(5)))
                .claim("scope", "openid read anabranch:fork");
    }

    private Date at(Duration fromNow) {
        return Date.from(now.plus(fromNow));
    }

    private static String signed(JWTClaimsSet claims, ECKey with) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID("k1")
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(with));
        return jwt.serialize();
    }

    private String macSigned() throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims().build());
        jwt.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }
}
