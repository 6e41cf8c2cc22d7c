package dev.anabranch.server.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Spells the errors that the HTTP server itself answers, such as malformed requests, as problems. */
public final class ProblemErrorHandler extends ErrorHandler {

    /** Whatever the method: a client that puts and deletes wants to know what is wrong, too. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        Problem problem = cause == null ? problem(status, message) : Problem.of(cause);
        boolean fits = problem.status() == status && status != HttpStatus.UPGRADE_REQUIRED_426;
        Problems.write(fits ? problem : problem(status, message), response, callback);
    }

    private static Problem problem(int status, @Nullable String message) {
        if (status == HttpStatus.UPGRADE_REQUIRED_426) {
            // Jetty says so to HTTP/2, but nothing here can be upgraded to.
            return Problem.of(HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505, "HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        int error = status >= 400 ? status : HttpStatus.INTERNAL_SERVER_ERROR_500;
        // Jetty's words for faults of the server may show its inside; those for bad requests do not.
        if (message != null && error < 500) {
            return Problem.of(error, message);
        }
        return Problem.of(error, HttpStatus.getMessage(error));
    }
}
