package dev.anabranch.webhooks;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which URLs a webhook may have (PROTOCOL.md sections 6.2 and 12.8): {@code https} to public hosts; and, for
 * development, plain {@code http} to {@code localhost} and {@code 127.0.0.0/8}.
 *
 * @param loopback whether the exception for development holds
 */
public record WebhookUrls(boolean loopback) {

    /** The longest URL, in characters. */
    public static final int LENGTH_MAX = 2048;

    private static final Pattern DOTTED_QUAD = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern NUMERIC_LABEL = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern HOST_NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final List<String> LOCAL_DOMAINS =
            List.of("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa");

    /** Why {@code url} may not be called, or empty if it may. Looks at the text alone: names are not resolved. */
    public Optional<String> refusal(String url) {
        if (url.length() > LENGTH_MAX) {
            return Optional.of("webhook.url is longer than " + LENGTH_MAX + " characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException broken) {
            return Optional.of("webhook.url is not a URL");
        }
        String scheme = uri.getScheme();
        String host = hostOf(uri);
        if (scheme == null || host.isEmpty()) {
            return Optional.of("webhook.url is not an absolute URL with a host");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return Optional.of("webhook.url has user information or a fragment");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            return Optional.of("webhook.url has no valid port");
        }
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> plainRefusal(host);
            case "https" -> secureRefusal(host);
            default -> Optional.of("webhook.url is not https");
        };
    }

    /** Why a request to {@code host} may not go to {@code address}, to which its name resolves; empty if it may. */
    public Optional<String> refusal(String host, InetAddress address) {
        boolean allowed = isDevelopmentHost(host.toLowerCase(Locale.ROOT))
                ? loopback && address.isLoopbackAddress()
                : AddressRules.isPublic(address);
        return allowed
                ? Optional.empty()
                : Optional.of("webhook.url leads to an address that is private, link-local, loopback or reserved");
    }

    private Optional<String> plainRefusal(String host) {
        if (!isDevelopmentHost(host)) {
            return Optional.of("webhook.url is not https; plain http is for localhost and 127.0.0.x alone");
        }
        return loopback
                ? Optional.empty()
                : Optional.of("webhook.url is not https; this server has no exception for localhost");
    }

    private static Optional<String> secureRefusal(String host) {
        if (host.startsWith("[")) {
            return literal(host.substring(1, host.length() - 1));
        }
        String lastLabel = host.substring(host.lastIndexOf('.') + 1);
        if (NUMERIC_LABEL.matcher(lastLabel).matches()) {
            // 127.1, 0x7f.1 and 2130706433 are addresses to some resolvers; we read only one spelling.
            return DOTTED_QUAD.matcher(host).matches()
                    ? literal(host)
                    : Optional.of("webhook.url has an address that is not four decimal numbers");
        }
        if (!HOST_NAME.matcher(host).matches()) {
            return Optional.of("webhook.url has no valid host name");
        }
        boolean isLocal = host.indexOf('.') < 0
                || LOCAL_DOMAINS.stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
        return isLocal ? Optional.of("webhook.url names a host of the local network") : Optional.empty();
    }

    private static Optional<String> literal(String address) {
        try {
            return AddressRules.isPublic(InetAddress.getAllByName(address)[0])
                    ? Optional.empty()
                    : Optional.of("webhook.url has an address that is private, link-local, loopback or reserved");
        } catch (UnknownHostException notAnAddress) {
            return Optional.of("webhook.url has no valid address");
        }
    }

    private static boolean isDevelopmentHost(String host) {
        return host.equals("localhost")
                || (host.startsWith("127.") && DOTTED_QUAD.matcher(host).matches());
    }

    private static String hostOf(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            return "";
        }
        return host.toLowerCase(Locale.ROOT);
    }
}
