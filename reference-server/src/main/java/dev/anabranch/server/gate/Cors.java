package dev.anabranch.server.gate;

import dev.anabranch.server.security.OriginPolicy;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/** Tells browsers which pages of other origins may use the server. None may unless configured. */
final class Cors {

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
        if (origin.filter(origins::allowsReadFrom).isPresent()) {
            response.put("Access-Control-Allow-Origin", origin.get());
            response.put("Access-Control-Expose-Headers", RESPONSE_HEADERS);
            response.add("Vary", "Origin");
        }
    }

    /** Adds what the answer to a preflight needs. Without an allowed origin it allows nothing. */
    void preflight(HttpFields.Mutable response) {
        response.put("Allow", METHODS);
        response.put("Access-Control-Allow-Methods", METHODS);
        response.put("Access-Control-Allow-Headers", REQUEST_HEADERS);
        response.put("Access-Control-Max-Age", "600");
    }
}
