package dev.anabranch.server.subscriptions;

import io.javalin.http.Context;
import java.util.regex.Pattern;

/** The host and port that a request was made to. */
final class Authority {

    private static final Pattern VALID =
            Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");

    private Authority() {}

    /**
     * Reads the request's {@code Host}.
     *
     * @throws IllegalArgumentException if it is not one that a URL can be made of
     */
    static String of(Context http) {
        String host = http.host();
        if (host == null || !VALID.matcher(host).matches()) {
            throw new IllegalArgumentException("the request's host is missing or malformed");
        }
        return host;
    }
}
