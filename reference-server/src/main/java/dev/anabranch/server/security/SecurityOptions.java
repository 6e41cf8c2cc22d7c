package dev.anabranch.server.security;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the server, from where, and how often.
 *
 * @param tokenFile one token a line; read anew when it changes
 * @param tokens further tokens, as lines of the same form
 * @param jwt the issuer whose JWTs count as tokens
 * @param hosts values of {@code Host} that the server answers to, without port, besides those of this machine; empty
 *     for the default, see {@link HostAllowList}
 * @param corsOrigins origins whose pages may use the server from a browser; {@code *} for all of them
 * @param requestsPerSecond how many requests a token may make, over time; 0 for no limit
 * @param requestBurst how many requests a token may make at once after a pause
 * @param requestLog whether a JSON line about each request goes to standard error
 */
public record SecurityOptions(
        Optional<Path> tokenFile,
        List<String> tokens,
        Optional<JwtOptions> jwt,
        Set<String> hosts,
        Set<String> corsOrigins,
        int requestsPerSecond,
        int requestBurst,
        boolean requestLog) {

    /** A single user on this machine: no token, no other origin, no limit. */
    public static final SecurityOptions DEFAULTS =
            new SecurityOptions(Optional.empty(), List.of(), Optional.empty(), Set.of(), Set.of(), 0, 0, false);

    public SecurityOptions {
        tokens = List.copyOf(tokens);
        hosts = Set.copyOf(hosts);
        corsOrigins = Set.copyOf(corsOrigins);
        if (requestsPerSecond < 0 || requestBurst < 0) {
            throw new IllegalArgumentException("a rate limit is negative");
        }
        for (String origin : corsOrigins) {
            requireOrigin(origin);
        }
    }

    /** Whether callers must prove who they are. */
    public boolean requiresTokens() {
        return tokenFile.isPresent() || !tokens.isEmpty() || jwt.isPresent();
    }

    public SecurityOptions withTokenFile(Path file) {
        return new SecurityOptions(
                Optional.of(file), tokens, jwt, hosts, corsOrigins, requestsPerSecond, requestBurst, requestLog);
    }

    public SecurityOptions withTokens(List<String> lines) {
        return new SecurityOptions(
                tokenFile, lines, jwt, hosts, corsOrigins, requestsPerSecond, requestBurst, requestLog);
    }

    public SecurityOptions withJwt(JwtOptions options) {
        return new SecurityOptions(
                tokenFile,
                tokens,
                Optional.of(options),
                hosts,
                corsOrigins,
                requestsPerSecond,
                requestBurst,
                requestLog);
    }

    public SecurityOptions withHosts(Set<String> names) {
        return new SecurityOptions(
                tokenFile, tokens, jwt, names, corsOrigins, requestsPerSecond, requestBurst, requestLog);
    }

    public SecurityOptions withCorsOrigins(Set<String> origins) {
        return new SecurityOptions(tokenFile, tokens, jwt, hosts, origins, requestsPerSecond, requestBurst, requestLog);
    }

    /** As many requests at once as {@code burst}, and as many a second as {@code perSecond} in the long run. */
    public SecurityOptions withRateLimit(int perSecond, int burst) {
        return new SecurityOptions(tokenFile, tokens, jwt, hosts, corsOrigins, perSecond, burst, requestLog);
    }

    public SecurityOptions withRequestLog(boolean written) {
        return new SecurityOptions(
                tokenFile, tokens, jwt, hosts, corsOrigins, requestsPerSecond, requestBurst, written);
    }

    private static void requireOrigin(String origin) {
        if (origin.equals("*")) {
            return;
        }
        URI uri = URI.create(origin);
        if (uri.getScheme() == null
                || uri.getHost() == null
                || !uri.getRawPath().isEmpty()) {
            throw new IllegalArgumentException("'" + origin + "' is no origin such as https://app.example");
        }
    }
}
