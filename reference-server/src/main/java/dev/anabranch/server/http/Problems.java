package dev.anabranch.server.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes problems, to Jetty's responses and to Javalin's. */
public final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /** Answers with {@code problem}. Completes {@code callback}. */
    public static void write(Problem problem, Response response, Callback callback) {
        if (response.isCommitted()) {
            callback.failed(new IllegalStateException("too late for an error: " + problem.detail()));
            return;
        }
        response.setStatus(problem.status());
        problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        ByteBuffer body = ByteBuffer.wrap(problem.toJson());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        // The answer to HEAD too: Jetty leaves the body out, and would close the connection over one that is short.
        response.write(true, body, callback);
    }

    /**
     * Answers with {@code problem} without having read the body. If that has not arrived yet, the connection ends with
     * the answer, which says so: Jetty would end it without a word, and the client's next request with it.
     */
    public static void refuse(Problem problem, Request request, Response response, Callback callback) {
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        write(problem, response, callback);
    }

    /** Answers with {@code problem}. */
    public static void write(Problem problem, Context http) {
        problem.headers().forEach(http::header);
        http.status(problem.status());
        http.header("Cache-Control", "no-store");
        http.header("X-Content-Type-Options", "nosniff");
        http.contentType(Problem.CONTENT_TYPE);
        http.result(problem.toJson());
    }

    /** Answers every exception that a route throws, and every path that no route has, with a problem. */
    public static void install(JavalinConfig config) {
        config.routes.exception(Exception.class, (failure, http) -> write(of(failure), http));
        // Javalin has a handler of its own for these, which would come first.
        config.routes.exception(HttpResponseException.class, (failure, http) -> write(of(failure), http));
        config.routes.error(HttpStatus.NOT_FOUND_404, http -> {
            String type = http.res().getContentType();
            boolean isAnswered = type != null && !type.startsWith("text/plain"); // which is what Javalin begins with
            if (!isAnswered) {
                write(Problem.notFound("there is nothing at this path"), http);
            }
        });
    }

    /** The problem that {@code failure} is to a client; logs what the client is not told. */
    public static Problem of(Throwable failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR_500) {
            LOG.error("a request failed", failure);
        }
        return problem;
    }
}
