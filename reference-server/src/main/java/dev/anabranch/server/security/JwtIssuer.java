package dev.anabranch.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer whose JWTs the server takes. A token must be signed with one of the issuer's published keys, name issuer
 * and audience, and have an expiry and a subject, which is the user. Scopes are taken from {@code scope} (separated by
 * spaces) or {@code scp} (a list), each with or without {@code anabranch:} before it; others do not count.
 */
final class JwtIssuer {

    private static final Logger LOG = LoggerFactory.getLogger(JwtIssuer.class);

    /** Asymmetric ones only: with a shared secret, whoever can check a token can forge one. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final String SCOPE_PREFIX = "anabranch:";

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private JwtIssuer(JWKSource<SecurityContext> keys, JwtOptions options, InstantSource clock) {
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        JWTClaimsSet exact = new JWTClaimsSet.Builder().issuer(options.issuer()).build();
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(Set.of(options.audience()), exact, Set.of("sub", "exp"), Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                });
    }

    static JwtIssuer connect(JwtOptions options, InstantSource clock) {
        try {
            return new JwtIssuer(
                    JWKSourceBuilder.create(options.jwks().toURL())
                            .retrying(true)
                            .outageTolerant(true)
                            .build(),
                    options,
                    clock);
        } catch (MalformedURLException malformed) {
            throw new IllegalArgumentException("'" + options.jwks() + "' is no URL", malformed);
        }
    }

    Authentication authenticate(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            UserId user = new UserId(claims.getSubject());
            return new Authentication.Known(new Caller(user, scopes(claims), "jwt:" + user));
        } catch (KeySourceException unreachable) {
            LOG.warn("the keys of the token issuer cannot be read: {}", unreachable.toString());
            return new Authentication.Refused("the token cannot be checked now");
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException notValid) {
            LOG.debug("JWT refused: {}", notValid.getMessage());
            return new Authentication.Refused("the token is not valid");
        }
    }

    private static Set<Scope> scopes(JWTClaimsSet claims) throws ParseException {
        Set<String> ids = new LinkedHashSet<>();
        if (claims.getClaim("scope") instanceof String list) {
            Collections.addAll(ids, list.split(" "));
        }
        if (claims.getClaim("scp") instanceof List<?>) {
            ids.addAll(claims.getStringListClaim("scp"));
        }
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (Scope scope : Scope.values()) {
            if (ids.contains(scope.id()) || ids.contains(SCOPE_PREFIX + scope.id())) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    /** Where the issuer publishes its keys unless told otherwise. */
    static URI wellKnownJwks(String issuer) {
        return URI.create((issuer.endsWith("/") ? issuer : issuer + "/") + ".well-known/jwks.json");
    }
}
