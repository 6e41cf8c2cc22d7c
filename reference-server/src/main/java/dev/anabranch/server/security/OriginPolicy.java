package dev.anabranch.server.security;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pages may use the server from a browser: its own, and those of the origins that were configured. Requests
 * without {@code Origin} do not come from a page.
 */
public final class OriginPolicy {

    private static final String EVERY_ORIGIN = "*";

    private final Set<String> origins;

    public OriginPolicy(Set<String> corsOrigins) {
        this.origins = corsOrigins.stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request that changes something, or opens a WebSocket, may come from there. */
    public boolean allowsWrite(Optional<String> origin, Optional<String> host) {
        return origin.isEmpty() || isOwn(origin.get(), host) || allowsReadFrom(origin.get());
    }

    /** Whether there are pages of other origins at all that may read answers. */
    public boolean allowsSome() {
        return !origins.isEmpty();
    }

    /** Whether a page of this origin, which is not the server's own, may read answers (CORS). */
    public boolean allowsReadFrom(String origin) {
        return origins.contains(EVERY_ORIGIN) || origins.contains(origin.toLowerCase(Locale.ROOT));
    }

    /*
     * The scheme is left out: behind a proxy that ends TLS the page's origin is https and what arrives here is http.
     */
    private static boolean isOwn(String origin, Optional<String> host) {
        int authority = origin.indexOf("://");
        return authority > 0
                && host.isPresent()
                && origin.substring(authority + 3).equalsIgnoreCase(host.get().strip());
    }
}
