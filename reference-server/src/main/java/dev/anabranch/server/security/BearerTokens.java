package dev.anabranch.server.security;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Knows callers by bearer token (RFC 6750): first by the tokens of this server, then by a JWT of the trusted issuer.
 */
final class BearerTokens implements Authenticator {

    private static final int LENGTH_MAX = 8192;
    private static final Authentication NO_GOOD = new Authentication.Refused("the token is not valid");

    private final List<Supplier<TokenList>> tokens;
    private final Optional<JwtIssuer> issuer;
    private final InstantSource clock;

    BearerTokens(List<Supplier<TokenList>> tokens, Optional<JwtIssuer> issuer, InstantSource clock) {
        this.tokens = List.copyOf(tokens);
        this.issuer = issuer;
        this.clock = clock;
    }

    @Override
    public Authentication authenticate(Optional<String> authorization) {
        if (authorization.isEmpty()) {
            return new Authentication.Missing();
        }
        String value = authorization.get().strip();
        int space = value.indexOf(' ');
        if (space < 0 || !value.substring(0, space).toLowerCase(Locale.ROOT).equals("bearer")) {
            return new Authentication.Refused("the Authorization header is not of the form 'Bearer <token>'");
        }
        String secret = value.substring(space + 1).strip();
        if (secret.isEmpty() || secret.length() > LENGTH_MAX) {
            return NO_GOOD;
        }
        for (Supplier<TokenList> list : tokens) {
            Optional<Token> token = list.get().find(secret);
            if (token.isPresent()) {
                return token.get().hasExpired(clock.instant())
                        ? new Authentication.Refused("the token has expired")
                        : new Authentication.Known(token.get().caller());
            }
        }
        return issuer.map(jwt -> jwt.authenticate(secret)).orElse(NO_GOOD);
    }
}
