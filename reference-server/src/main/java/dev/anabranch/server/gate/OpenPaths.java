package dev.anabranch.server.gate;

import java.util.Set;

/** The paths that need no token: what holds nobody's data. */
final class OpenPaths {

    private static final Set<String> EXACT = Set.of(
            "/", "/index.html", "/favicon.ico", "/docs", "/openapi.json", "/health", "/health/live", "/health/ready");

    /** Receivers of webhooks read the keys; workers prove themselves by the tokens of their wakes. */
    private static final String SIGNING_KEYS = "/v1/stream/__ds/jwks.json";

    private static final String SUBSCRIPTIONS = "/v1/stream/__ds/subscriptions/";

    private OpenPaths() {}

    static boolean contains(String method, String path) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (path.indexOf('%') >= 0 || path.contains("..")) {
            return false; // not what it seems to be
        }
        if (reads
                && (EXACT.contains(path)
                        || path.startsWith("/page/")
                        || path.startsWith("/webjars/")
                        || path.equals(SIGNING_KEYS))) {
            return true;
        }
        return method.equals("POST")
                && path.startsWith(SUBSCRIPTIONS)
                && (path.endsWith("/callback") || path.endsWith("/ack") || path.endsWith("/release"));
    }
}
