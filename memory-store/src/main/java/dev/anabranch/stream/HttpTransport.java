package dev.anabranch.stream;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Sends one request and collects one answer. Follows redirects to the same origin only, so that a token never travels
 * to another one.
 */
final class HttpTransport {

    private static final int REDIRECTS_MAX = 5;

    private final HttpClient client;
    private final HttpRequests requests;
    private final int responseBytesMax;

    HttpTransport(HttpClient client, HttpRequests requests, int responseBytesMax) {
        this.client = client;
        this.requests = requests;
        this.responseBytesMax = responseBytesMax;
    }

    /**
     * Completes with the whole answer; exceptionally with what went wrong on the way, or with a
     * {@link java.util.concurrent.TimeoutException} when the last byte has not arrived in time. To cancel the result
     * gives the connection up.
     */
    CompletableFuture<HttpAnswer> send(HttpRequest request, Duration timeout) {
        return stream(request, head -> new BoundedBody(responseBytesMax))
                .orTimeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** Like {@link #send}, with a body of the caller's choice and without a limit of time. */
    CompletableFuture<HttpAnswer> stream(HttpRequest request, Function<ResponseInfo, StoppableBody> bodies) {
        Abort abort = new Abort();
        CompletableFuture<HttpAnswer> answer =
                follow(request, bodies, abort, REDIRECTS_MAX).copy();
        var unused = answer.whenComplete((done, failure) -> {
            if (failure != null) {
                abort.run();
            }
        });
        return answer;
    }

    private CompletableFuture<HttpAnswer> follow(
            HttpRequest request, Function<ResponseInfo, StoppableBody> bodies, Abort abort, int redirects) {
        CompletableFuture<HttpResponse<Payload>> exchange = client.sendAsync(request, head -> {
            StoppableBody body = bodies.apply(head);
            abort.also(body::stop);
            return body;
        });
        abort.also(() -> exchange.cancel(true));
        return exchange.thenCompose(response -> {
            HttpAnswer answer =
                    new HttpAnswer(response.statusCode(), response.headers(), response.body(), isWhole(response));
            Optional<URI> target = redirect(request, answer);
            if (target.isEmpty() || redirects == 0) {
                return CompletableFuture.completedFuture(answer);
            }
            return follow(requests.moved(request, target.get()), bodies, abort, redirects - 1);
        });
    }

    private static boolean isWhole(HttpResponse<?> response) {
        return response.version() != Version.HTTP_1_1
                || response.headers().firstValue("Content-Length").isPresent()
                || response.headers().firstValue("Transfer-Encoding").isPresent();
    }

    private static Optional<URI> redirect(HttpRequest request, HttpAnswer answer) {
        boolean keepsMethod = answer.status() == 307 || answer.status() == 308;
        boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
        boolean moved = answer.status() >= 301 && answer.status() <= 303;
        if (!keepsMethod && !(moved && isRead)) {
            return Optional.empty();
        }
        try {
            return answer.header("Location")
                    .map(location -> request.uri().resolve(location))
                    .filter(target -> isSameOrigin(request.uri(), target));
        } catch (IllegalArgumentException notAnAddress) {
            throw new MalformedAnswerException("redirect to no address", notAnAddress);
        }
    }

    private static boolean isSameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && other.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    }

    /** Gives up what belongs to a request, once the request is given up. */
    private static final class Abort {

        private final Object lock = new Object();
        private final List<Runnable> actions = new ArrayList<>(); // guarded by lock
        private boolean aborted; // guarded by lock

        void also(Runnable action) {
            synchronized (lock) {
                if (!aborted) {
                    actions.add(action);
                    return;
                }
            }
            action.run();
        }

        void run() {
            List<Runnable> due;
            synchronized (lock) {
                aborted = true;
                due = List.copyOf(actions);
            }
            due.forEach(Runnable::run);
        }
    }
}
