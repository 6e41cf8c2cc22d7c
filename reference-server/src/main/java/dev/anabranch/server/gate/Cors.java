package dev.anabranch.server.gate;

import dev.anabranch.server.security.OriginPolicy;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/** Tells browsers which pages of other origins may use the server. None may unless configured. */
final class Cors {

    private static final String STREAMS = "/v1/stream/";
    private static final String STREAM_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String REQUEST_HEADERS = "authorization, content-type, if-none-match, idempotency-key, "
            + "stream-seq, stream-ttl, stream-expires-at, stream-closed, stream-forked-from, stream-fork-offset, "
            + "stream-fork-sub-offset, producer-id, producer-epoch, producer-seq";
    private static final String RESPONSE_HEADERS = "etag, location, retry-after, www-authenticate, stream-next-offset, "
            + "stream-cursor, stream-up-to-date, stream-closed, stream-ttl, stream-expires-at, producer-epoch, "
            + "producer-seq, producer-expected-seq, producer-received-seq, stream-sse-data-encoding";

    private final OriginPolicy origins;

    Cors(OriginPolicy origins) {
        this.origins = origins;
    }

    /** Adds what the answer to a page of this origin needs, whatever the answer is. */
    void mark(Optional<String> origin, HttpFields.Mutable response) {
        if (origins.allowsSome()) {
            // Also where no origin is named: a shared cache must not show a page what was answered to somebody else.
            response.add("Vary", "Origin");
        }
        if (origin.filter(origins::allowsReadFrom).isPresent()) {
            response.put("Access-Control-Allow-Origin", origin.get());
            response.put("Access-Control-Expose-Headers", RESPONSE_HEADERS);
        }
    }

    /** Adds what the answer to a preflight needs. Without an allowed origin it allows nothing. */
    void preflight(String path, HttpFields.Mutable response) {
        boolean isStream = path.startsWith(STREAMS);
        if (isStream) {
            // Other paths differ among each other, and a list that may be wrong helps nobody.
            response.put("Allow", STREAM_METHODS);
        }
        response.put("X-Content-Type-Options", "nosniff");
        response.put("Access-Control-Allow-Methods", isStream ? STREAM_METHODS : METHODS);
        response.put("Access-Control-Allow-Headers", REQUEST_HEADERS);
        response.put("Access-Control-Max-Age", "600");
    }
}
