package dev.anabranch.stream;

import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Spells requests in HTTP. The only place that knows URLs, query parameters and request headers. */
final class HttpRequests {

    private static final Set<String> OURS =
            Set.of("authorization", "content-length", "content-type", "expect", "host", "transfer-encoding");

    private final HttpSettings settings;

    HttpRequests(HttpSettings settings) {
        this.settings = settings;
    }

    HttpRequest create(StreamName name, CreateRequest request) {
        HttpRequest.Builder http =
                to(name, "").header("Content-Type", request.contentType().value());
        expire(http, request.expiry());
        if (request.closed()) {
            http.header("Stream-Closed", "true");
        }
        return http.PUT(body(request.body())).build();
    }

    HttpRequest fork(StreamName fork, ForkRequest request) {
        HttpRequest.Builder http = to(fork, "");
        http.header("Stream-Forked-From", uri(request.source(), "").getRawPath());
        request.at().ifPresent(at -> http.header("Stream-Fork-Offset", at.token()));
        if (request.subOffset() > 0) {
            http.header("Stream-Fork-Sub-Offset", Long.toString(request.subOffset()));
        }
        request.contentType().ifPresent(type -> http.header("Content-Type", type.value()));
        request.expiry().ifPresent(expiry -> expire(http, expiry));
        if (request.closed()) {
            http.header("Stream-Closed", "true");
        }
        return http.PUT(body(request.body())).build();
    }

    HttpRequest append(StreamName name, AppendRequest request) {
        HttpRequest.Builder http = to(name, "");
        if (!request.body().isEmpty()) {
            http.header("Content-Type", request.contentType().value());
        }
        request.sequence().ifPresent(sequence -> http.header("Stream-Seq", sendable("Stream-Seq", sequence)));
        request.producer().ifPresent(producer -> {
            http.header("Producer-Id", sendable("producer id", producer.id()));
            http.header("Producer-Epoch", Long.toString(producer.epoch()));
            http.header("Producer-Seq", Long.toString(producer.sequence()));
        });
        if (request.close()) {
            http.header("Stream-Closed", "true");
        }
        return http.POST(body(request.body())).build();
    }

    HttpRequest read(StreamName name, Offset from) {
        return to(name, "?offset=" + encode(from.token())).GET().build();
    }

    /** A read that waits at the tail. Parameters are in the order of their names, for the sake of caches. */
    HttpRequest longPoll(StreamName name, Offset from, Optional<String> cursor) {
        return to(name, live(from, "long-poll", cursor)).GET().build();
    }

    HttpRequest sse(StreamName name, Offset from, Optional<String> cursor) {
        return to(name, live(from, "sse", cursor))
                .header("Accept", "text/event-stream")
                .GET()
                .build();
    }

    HttpRequest head(StreamName name) {
        return to(name, "").method("HEAD", BodyPublishers.noBody()).build();
    }

    HttpRequest delete(StreamName name) {
        return to(name, "").DELETE().build();
    }

    /** The same request at another address. */
    HttpRequest moved(HttpRequest request, URI target) {
        HttpRequest.Builder http = HttpRequest.newBuilder(target).version(version(target));
        request.headers().map().forEach((name, values) -> values.forEach(value -> http.header(name, value)));
        return http.method(request.method(), request.bodyPublisher().orElseGet(BodyPublishers::noBody))
                .build();
    }

    private static String live(Offset from, String mode, Optional<String> cursor) {
        String query = "live=" + mode + "&offset=" + encode(from.token());
        return cursor.map(value -> "?cursor=" + encode(value) + "&" + query).orElse("?" + query);
    }

    private HttpRequest.Builder to(StreamName name, String query) {
        URI uri = uri(name, query);
        HttpRequest.Builder http = HttpRequest.newBuilder(uri).version(version(uri));
        settings.headers().forEach((header, value) -> http.setHeader(header, sendable(header, value.get())));
        settings.token().ifPresent(token -> http.setHeader("Authorization", "Bearer " + requireToken(token)));
        return http;
    }

    private URI uri(StreamName name, String query) {
        return URI.create(settings.base() + "/" + name.toUrlPath() + query);
    }

    /** Without TLS, asking for HTTP/2 means an Upgrade header on a request that may have a body: many servers choke. */
    private static Version version(URI uri) {
        return uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? Version.HTTP_2 : Version.HTTP_1_1;
    }

    private static void expire(HttpRequest.Builder http, Expiry expiry) {
        if (expiry instanceof Expiry.Ttl ttl) {
            http.header("Stream-TTL", Long.toString(ttl.idle().toSeconds()));
        } else if (expiry instanceof Expiry.At at) {
            http.header("Stream-Expires-At", at.time().toString());
        } else if (!(expiry instanceof Expiry.Never)) {
            throw new AssertionError("no header for " + expiry);
        }
    }

    private static BodyPublisher body(Payload payload) {
        return payload.isEmpty() ? BodyPublishers.noBody() : payload.toBodyPublisher();
    }

    /** The JDK would trim some of these and name others, value and all, in its exceptions. */
    private static String sendable(String what, String value) {
        if (!isSendable(value)) {
            throw new InvalidRequestException(what + " is not printable ASCII without blanks around it");
        }
        return value;
    }

    static boolean isSendable(String value) {
        return value.equals(value.strip()) && value.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Whether a caller may set a header of this name. */
    static boolean isFree(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !OURS.contains(lower) && !lower.startsWith("stream-") && !lower.startsWith("producer-");
    }

    private static String requireToken(Supplier<String> token) {
        String value = token.get();
        if (value.isBlank() || !isSendable(value)) {
            throw new AccessDeniedException("the bearer token is empty or holds a character that no header can carry");
        }
        return value;
    }

    private static String encode(String value) {
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~".indexOf(c) >= 0;
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
