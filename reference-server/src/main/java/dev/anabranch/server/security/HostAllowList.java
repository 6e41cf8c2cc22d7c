package dev.anabranch.server.security;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names that the server answers to. A page from elsewhere that has its own name resolve to this machine (DNS
 * rebinding) reaches the port but sends its own name, and is turned away.
 *
 * <p>Names of this machine's loopback, and the address that the server is bound to, are always in. Where tokens are
 * required and no name is configured, every name is in: a page from elsewhere has no token to send.
 */
public final class HostAllowList {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names;
    private final boolean everyName;
    private final String boundTo;

    public HostAllowList(SecurityOptions options, String boundTo) {
        this.names = options.hosts().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        this.everyName = options.hosts().isEmpty() && options.requiresTokens();
        this.boundTo = boundTo.indexOf(':') >= 0 && !boundTo.startsWith("[") ? "[" + boundTo + "]" : boundTo;
    }

    /**
     * Whether a request that names this host is answered.
     *
     * @param host the value of the {@code Host} header, with or without port
     */
    public boolean allows(Optional<String> host) {
        if (everyName) {
            return true;
        }
        return host.map(HostAllowList::withoutPort)
                .filter(name -> LOOPBACK.contains(name)
                        || name.endsWith(".localhost")
                        || name.equals(boundTo)
                        || names.contains(name))
                .isPresent();
    }

    private static String withoutPort(String host) {
        String lower = host.strip().toLowerCase(Locale.ROOT);
        int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
        return end <= 0 ? lower : lower.substring(0, end);
    }
}
