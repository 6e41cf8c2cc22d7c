package dev.anabranch.server.security;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Makes the {@link Authenticator} that the options ask for. */
public final class Authenticators {

    private Authenticators() {}

    /**
     * Reads what tokens there are.
     *
     * @throws IllegalArgumentException if the token file is malformed, or no token is in it and there is no other way
     *     in
     * @throws java.io.UncheckedIOException if the token file cannot be read
     */
    public static Authenticator of(SecurityOptions options, InstantSource clock) {
        if (!options.requiresTokens()) {
            return Authenticator.singleUser();
        }
        List<Supplier<TokenList>> lists = new ArrayList<>();
        options.tokenFile().ifPresent(path -> lists.add(TokenFile.open(path, clock)::tokens));
        if (!options.tokens().isEmpty()) {
            TokenList fixed = TokenList.parse(options.tokens());
            lists.add(() -> fixed);
        }
        return new BearerTokens(lists, options.jwt().map(jwt -> JwtIssuer.connect(jwt, clock)), clock);
    }
}
