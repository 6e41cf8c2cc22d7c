package dev.anabranch.webhooks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Sends by Jetty's client, because that connects to the addresses it is given: a name is resolved once, every address
 * it has is checked, and the connection goes to one of just these. A name that changes its address in between ("DNS
 * rebinding") gains nothing.
 */
public final class JettyWebhookSender implements WebhookSender {

    /** The most bytes of an answer that are read; a longer one counts as not done. */
    static final int RESPONSE_BYTES_MAX = 64 * 1024;

    private static final int CONNECTIONS_PER_RECEIVER = 16;
    private static final int RESOLVER_THREADS = 4;
    private static final int RESOLVER_QUEUE = 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(1);

    private final WebhookUrls urls;
    private final Resolver resolver;
    private final ExecutorService resolving;
    private final HttpClient client;

    /** Finds the addresses of a host. */
    interface Resolver {
        List<InetAddress> addresses(String host) throws IOException;
    }

    private JettyWebhookSender(WebhookUrls urls, Resolver resolver, HttpClient client, ExecutorService resolving) {
        this.urls = urls;
        this.resolver = resolver;
        this.client = client;
        this.resolving = resolving;
    }

    /** A sender that calls what {@code urls} allows. */
    public static JettyWebhookSender start(WebhookUrls urls) {
        return start(urls, host -> List.of(InetAddress.getAllByName(host)));
    }

    static JettyWebhookSender start(WebhookUrls urls, Resolver resolver) {
        HttpClient client = new HttpClient();
        JettyWebhookSender sender = new JettyWebhookSender(urls, resolver, client, resolverThreads());
        sender.configure();
        try {
            client.start();
        } catch (Exception cannotStart) {
            throw new IllegalStateException("the webhook client did not start", cannotStart);
        }
        return sender;
    }

    private void configure() {
        QueuedThreadPool threads = new QueuedThreadPool(8, 2);
        threads.setName("webhooks");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setSocketAddressResolver(this::resolve);
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
        client.setMaxConnectionsPerDestination(CONNECTIONS_PER_RECEIVER);
        client.setMaxResponseHeadersSize(16 * 1024);
        client.setIdleTimeout(Duration.ofSeconds(30).toMillis());
        client.setDestinationIdleTimeout(Duration.ofMinutes(1).toMillis());
        client.setUserAgentField(null);
        // No decoders: a small answer that unpacks to a large one is not read.
        client.getContentDecoderFactories().clear();
    }

    @Override
    public Sending post(String url, byte[] body, String signature, Duration timeout) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        Optional<String> refusal = urls.refusal(url);
        if (refusal.isPresent()) {
            response.completeExceptionally(new IOException(refusal.get()));
            return new Exchange(response, Optional.empty());
        }
        Request request = client.newRequest(URI.create(url))
                .method("POST")
                .headers(headers ->
                        headers.put("Webhook-Signature", signature).put(HttpHeader.USER_AGENT, "anabranch-webhooks"))
                .body(new BytesRequestContent("application/json", body))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        request.send(new Collector(response));
        return new Exchange(response, Optional.of(request));
    }

    @Override
    public CompletableFuture<String> refusal(String url) {
        Optional<String> refusal = urls.refusal(url);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        String host = bare(URI.create(url).getHost());
        CompletableFuture<String> answer = new CompletableFuture<>();
        try {
            resolving.execute(() -> answer.complete(refusalByName(host)));
        } catch (RejectedExecutionException busy) {
            // Every delivery checks again, and binds: this look is a courtesy to whoever subscribes.
            answer.complete("");
        }
        return answer.completeOnTimeout("", CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String refusalByName(String host) {
        try {
            return refusal(host, resolver.addresses(host)).orElse("");
        } catch (IOException unknownForNow) {
            return "";
        }
    }

    private Optional<String> refusal(String host, List<InetAddress> addresses) {
        return addresses.stream()
                .flatMap(address -> urls.refusal(host, address).stream())
                .findFirst();
    }

    private void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        try {
            resolving.execute(() -> {
                try {
                    promise.succeeded(checked(bare(host), port));
                } catch (IOException | RuntimeException unreachable) {
                    promise.failed(unreachable);
                }
            });
        } catch (RejectedExecutionException busy) {
            promise.failed(busy);
        }
    }

    private List<InetSocketAddress> checked(String host, int port) throws IOException {
        List<InetAddress> addresses = resolver.addresses(host);
        Optional<String> refusal = refusal(host, addresses);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        List<InetSocketAddress> sockets = new ArrayList<>(addresses.size());
        addresses.forEach(address -> sockets.add(new InetSocketAddress(address, port)));
        return sockets;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static ExecutorService resolverThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                RESOLVER_THREADS,
                RESOLVER_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(RESOLVER_QUEUE),
                task -> {
                    Thread thread = new Thread(task, "webhook-names");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public void close() {
        resolving.shutdownNow();
        try {
            client.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the webhook client did not stop", failed);
        }
    }

    private record Exchange(CompletableFuture<Response> response, Optional<Request> request) implements Sending {
        @Override
        public void abort() {
            if (request.isPresent()) {
                // Whether it came in time is told by the response.
                CompletableFuture<Boolean> unused =
                        request.get().abort(new TimeoutException("the lease of this wake has ended"));
            }
        }
    }

    /** Reads an answer, up to its limit. */
    private static final class Collector extends BufferingResponseListener {

        private final CompletableFuture<Response> response;

        Collector(CompletableFuture<Response> response) {
            super(RESPONSE_BYTES_MAX);
            this.response = response;
        }

        @Override
        public void onComplete(Result result) {
            if (result.isFailed()) {
                response.completeExceptionally(result.getFailure());
                return;
            }
            byte[] content = getContent();
            String text = content == null ? "" : new String(content, StandardCharsets.UTF_8);
            response.complete(new Response(result.getResponse().getStatus(), text));
        }
    }
}
