package dev.anabranch.server.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The server's URL as its callers know it, where that is not what the server itself sees: behind a proxy.
 *
 * @param value without a slash at its end; has a path if the proxy puts the server below one
 */
public record PublicUrl(String value) {

    /**
     * Checks that the URL is one that requests can go below.
     *
     * @throws IllegalArgumentException if it is not
     */
    public PublicUrl {
        URI uri = parse(value);
        boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        boolean isBare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        if (!isHttp || uri.getHost() == null || !isBare) {
            throw new IllegalArgumentException("not of the form https://streams.example");
        }
        value = value.replaceAll("/+$", "");
    }

    /** The URL of a path of the server, which begins with a slash and is encoded. */
    public String of(String path) {
        return value + path;
    }

    /** The URL of a path: below {@code configured}, or else as the request named the server. */
    public static String of(Optional<PublicUrl> configured, String scheme, String authority, String path) {
        return configured.map(url -> url.of(path)).orElseGet(() -> scheme + "://" + authority + path);
    }

    private static URI parse(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("not a URL", malformed);
        }
    }
}
