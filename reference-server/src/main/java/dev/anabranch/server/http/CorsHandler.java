package dev.anabranch.server.http;

import dev.anabranch.server.security.OriginPolicy;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells browsers which other pages may use the server (cross-origin resource sharing), and answers their preflight
 * requests. It keeps no program out that is not a browser: tokens do that.
 */
public final class CorsHandler extends Handler.Wrapper {

    private static final String METHODS = "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS";
    private static final String REQUEST_HEADERS = String.join(
            ", ",
            "Authorization",
            "Content-Type",
            "If-None-Match",
            "Last-Event-ID",
            "Idempotency-Key",
            "Stream-Seq",
            "Stream-TTL",
            "Stream-Expires-At",
            "Stream-Closed",
            "Stream-Forked-From",
            "Stream-Fork-Offset",
            "Stream-Fork-Sub-Offset",
            "Producer-Id",
            "Producer-Epoch",
            "Producer-Seq");
    private static final String RESPONSE_HEADERS = String.join(
            ", ",
            "ETag",
            "Location",
            "Retry-After",
            "Stream-Next-Offset",
            "Stream-Cursor",
            "Stream-Up-To-Date",
            "Stream-Closed",
            "Stream-TTL",
            "Stream-Expires-At",
            "Stream-SSE-Data-Encoding",
            "Producer-Epoch",
            "Producer-Seq",
            "Producer-Expected-Seq",
            "Producer-Received-Seq");

    private final OriginPolicy policy;

    public CorsHandler(OriginPolicy policy) {
        this.policy = policy;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        response.getHeaders().add(HttpHeader.VARY, "Origin");
        if (origin != null && policy.allowsReadFrom(origin)) {
            response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.getHeaders().put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
        boolean isPreflight = HttpMethod.OPTIONS.is(request.getMethod())
                && request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD);
        if (!isPreflight) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_MAX_AGE, "600");
        response.setStatus(204);
        callback.succeeded();
        return true;
    }
}
