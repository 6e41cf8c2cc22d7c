package dev.anabranch.server.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.gate.Callers;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Times every request, and writes a JSON line for each if asked to: who, what, and how it ended. Bodies, query strings
 * and tokens are in none of them.
 */
public final class RequestLog extends Handler.Wrapper {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Meters meters;
    private final RouteNames routes;
    private final Optional<PrintStream> lines;

    /**
     * Times requests.
     *
     * @param patterns paths of routes that have parameters in braces
     * @param lines takes a line for each request; empty for none
     */
    public RequestLog(Meters meters, List<String> patterns, Optional<PrintStream> lines) {
        this.meters = meters;
        this.routes = new RouteNames(patterns);
        this.lines = lines;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        long started = System.nanoTime();
        String sent = request.getHttpURI().getPath();
        String path = sent == null ? "" : sent;
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "other";
        Request.addCompletionListener(request, failure -> {
            long nanos = System.nanoTime() - started;
            meters.answered(routes.of(path), method, response.getStatus(), nanos);
            lines.ifPresent(out -> out.println(line(request, response, method, path, nanos)));
        });
        return super.handle(request, response, callback);
    }

    private String line(Request request, Response response, String method, String path, long nanos) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", Instant.now().toString());
        line.put("method", method);
        line.put("path", path);
        line.put("route", routes.of(path));
        line.put("status", response.getStatus());
        line.put("micros", nanos / 1_000);
        line.put("requestBytes", Math.max(0, Request.getContentBytesRead(request)));
        line.put("responseBytes", Math.max(0, Response.getContentBytesWritten(response)));
        line.put(
                "user",
                Callers.find(request).map(caller -> caller.user().value()).orElse(null));
        line.put("remote", Request.getRemoteAddr(request));
        return line.toString();
    }
}
