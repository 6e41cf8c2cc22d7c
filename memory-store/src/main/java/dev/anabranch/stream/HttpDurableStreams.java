package dev.anabranch.stream;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The streams of a Durable Streams server, over HTTP. Safe for use by many threads.
 *
 * <p>A call is made of attempts. Each has a deadline that covers the body too, and the call has one for all of them
 * together. Only what can do no harm is attempted again: reads, creating, deleting and closing, appends that carry a
 * {@link Producer}, and any request that never reached the server. Another append is sent once; when its answer is
 * lost, {@link StreamsUnavailableException#outcome} says so. Between attempts the client waits longer each time, and at
 * least as long as {@code Retry-After} asks.
 *
 * <ul>
 *   <li>A create that is repeated after its answer was lost gives {@link CreateResult.AlreadyExists}.
 *   <li>A fork is sent with the offset, type and expiry of its source spelled out, asked for beforehand, so that a
 *       repeat is the same request whatever was appended in between, on any server.
 *   <li>A delete that is repeated after its answer was lost, and then finds nothing, has deleted the stream.
 *   <li>Over HTTP, closing an open stream and closing a closed one look alike: both give {@link AppendResult.Appended}.
 * </ul>
 *
 * <p>Redirects are followed to the same scheme, host and port only. Tokens are kept out of messages and logs.
 */
public final class HttpDurableStreams implements DurableStreams {

    /** How a tail is followed. */
    public enum LiveMode {
        /** One request after the other, each held until there is news (section 5.7). Carries every byte as it is. */
        LONG_POLL,
        /**
         * One long response (section 5.8). Fewer requests, but a stream of text loses its kinds of line ends; JSON and
         * binary streams lose nothing.
         */
        SSE
    }

    private final HttpSettings settings;
    private final HttpRequests requests;
    private final HttpTransport transport;
    private final HttpCaller caller;
    private final Optional<HttpClient> ownClient;
    private final Executor executor;
    private final Set<HttpTail> tails;
    private final AtomicBoolean closed;

    private HttpDurableStreams(HttpSettings settings, HttpClient client, boolean isOwn, Executor executor) {
        this.settings = settings;
        this.ownClient = isOwn ? Optional.of(client) : Optional.empty();
        this.executor = executor;
        this.requests = new HttpRequests(settings);
        this.transport = new HttpTransport(client, requests, settings.responseBytesMax());
        this.caller = new HttpCaller(
                transport, settings, System::nanoTime, wait -> TimeUnit.NANOSECONDS.sleep(wait.toNanos()));
        this.tails = ConcurrentHashMap.newKeySet();
        this.closed = new AtomicBoolean();
    }

    private HttpDurableStreams(HttpDurableStreams all, HttpCaller caller) {
        this.settings = all.settings;
        this.ownClient = all.ownClient;
        this.executor = all.executor;
        this.requests = all.requests;
        this.transport = all.transport;
        this.caller = caller;
        this.tails = all.tails;
        this.closed = all.closed;
    }

    /**
     * A client of the server whose streams are below {@code base}, such as {@code http://localhost:4437/v1/stream},
     * with every setting at its default. Sends nothing yet.
     */
    public static HttpDurableStreams connect(URI base) {
        return builder(base).build();
    }

    /** A builder of a client of the server whose streams are below {@code base}, with or without a trailing slash. */
    public static Builder builder(URI base) {
        return new Builder(base);
    }

    @Override
    public CreateResult create(StreamName name, CreateRequest request) {
        HttpCaller.Call call = change("create of '" + name + "'", () -> requests.create(name, request), true);
        HttpCreates.Expected expected =
                new HttpCreates.Expected(Optional.of(request.contentType()), request.expiry(), request.closed());
        return call(
                call,
                (answer, repeated) -> HttpCreates.read(name, answer, expected)
                        .orElseThrow(() -> answer.status() == 404
                                ? new InvalidRequestException("there are no streams at " + settings.base())
                                        .answered(404)
                                : HttpErrors.of(answer, call, name, repeated)));
    }

    @Override
    public CreateResult fork(StreamName fork, ForkRequest request) {
        ForkRequest pinned = pin(request);
        HttpCaller.Call call =
                change("fork of '" + request.source() + "' as '" + fork + "'", () -> requests.fork(fork, pinned), true);
        HttpCreates.Expected expected = new HttpCreates.Expected(
                pinned.contentType(), pinned.expiry().orElse(Expiry.never()), request.closed());
        return call(
                call,
                (answer, repeated) -> HttpCreates.read(fork, answer, expected)
                        .orElseThrow(() -> HttpErrors.of(answer, call, request.source(), repeated)));
    }

    /**
     * Spells out what the request leaves to the source. A source that cannot be seen is left to the server: the fork
     * may be there already.
     */
    private ForkRequest pin(ForkRequest request) {
        if (request.at().isPresent()
                && request.contentType().isPresent()
                && request.expiry().isPresent()) {
            return request;
        }
        Optional<StreamHead> source;
        try {
            source = head(request.source());
        } catch (StreamGoneException deleted) {
            return request;
        }
        return source.map(head -> new ForkRequest(
                        request.source(),
                        request.at().or(() -> Optional.of(head.tail())),
                        request.subOffset(),
                        request.contentType().or(() -> Optional.of(head.contentType())),
                        request.expiry().or(() -> Optional.of(head.expiry())),
                        request.closed(),
                        request.body()))
                .orElse(request);
    }

    @Override
    public AppendResult append(StreamName name, AppendRequest request) {
        boolean closesOnly = request.body().isEmpty();
        HttpCaller.Call call = change(
                "append to '" + name + "'",
                () -> requests.append(name, request),
                closesOnly || request.producer().isPresent());
        HttpAppends appends = new HttpAppends(
                call, name, request, () -> head(name).orElseThrow(() -> new StreamNotFoundException(name)));
        return call(call, appends::read);
    }

    @Override
    public StreamPage read(StreamName name, Offset from) {
        HttpCaller.Call call = query("read of '" + name + "'", () -> requests.read(name, from));
        return call(call, (answer, repeated) -> {
            if (answer.status() == 200 || answer.status() == 204) {
                return HttpReads.page(from, answer);
            }
            throw HttpErrors.of(answer, call, name, repeated);
        });
    }

    @Override
    public Tailing tail(StreamName name, Offset from, TailListener listener) {
        requireOpen();
        HttpTail tail = new HttpTail(name, from, listener, requests, transport, settings, executor, tails::remove);
        tails.add(tail);
        tail.start();
        if (closed.get()) {
            tail.close();
        }
        return tail;
    }

    @Override
    public Optional<StreamHead> head(StreamName name) {
        HttpCaller.Call call = query("head of '" + name + "'", () -> requests.head(name));
        return call(call, (answer, repeated) -> {
            if (answer.status() == 200 || answer.status() == 204) {
                return Optional.of(HttpReads.head(name, answer));
            }
            if (answer.status() == 404) {
                return Optional.empty();
            }
            throw HttpErrors.of(answer, call, name, repeated);
        });
    }

    @Override
    public boolean delete(StreamName name) {
        HttpCaller.Call call = change("delete of '" + name + "'", () -> requests.delete(name), true);
        return call(call, (answer, repeated) -> {
            int status = answer.status();
            if (status == 200 || status == 202 || status == 204) {
                return true;
            }
            if (status == 404) {
                return repeated;
            }
            if (status == 410 && repeated) {
                return true;
            }
            throw HttpErrors.of(answer, call, name, repeated);
        });
    }

    @Override
    public DurableStreams within(Duration left) {
        return new HttpDurableStreams(this, caller.within(left));
    }

    /** Ends all tails. Calls that are under way come to their end; idle connections are closed. */
    @Override
    public void close() {
        closed.set(true);
        tails.forEach(HttpTail::close);
        ownClient.ifPresent(client -> executor.execute(() -> release(client)));
    }

    /** Up to Java 20 an HTTP client ends when nothing refers to it; from 21 on it can be told to. */
    private static void release(HttpClient client) {
        if (client instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception cannotHappen) {
                throw new AssertionError("an HTTP client's close throws nothing", cannotHappen);
            }
        }
    }

    /** The base URL, and nothing secret. */
    @Override
    public String toString() {
        return "HttpDurableStreams[" + settings.base() + "]";
    }

    private <T> T call(HttpCaller.Call call, HttpCaller.Reading<T> reading) {
        requireOpen();
        return caller.call(call, reading);
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the client is closed");
        }
    }

    private static HttpCaller.Call query(String what, Supplier<java.net.http.HttpRequest> request) {
        return new HttpCaller.Call(what, request, false, true);
    }

    private static HttpCaller.Call change(
            String what, Supplier<java.net.http.HttpRequest> request, boolean repeatable) {
        return new HttpCaller.Call(what, request, true, repeatable);
    }

    /** Settings of a client, each with a default. Not safe for use by many threads. */
    public static final class Builder {

        private final URI base;
        private final Map<String, Supplier<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private Optional<Supplier<String>> token = Optional.empty();
        private Optional<HttpClient> client = Optional.empty();
        private Duration attempt = Duration.ofSeconds(15);
        private Duration call = Duration.ofSeconds(30);
        private int attemptsMax = 6;
        private Duration firstWait = Duration.ofMillis(100);
        private Duration longestWait = Duration.ofSeconds(5);
        private LiveMode mode = LiveMode.LONG_POLL;
        private Duration live = Duration.ofSeconds(90);
        private Duration patience = Duration.ofMinutes(5);
        private int responseBytesMax = 128 << 20;

        private Builder(URI base) {
            this.base = requireBase(base);
        }

        /** Sends this bearer token with every request. */
        public Builder bearerToken(String token) {
            return bearerToken(() -> token);
        }

        /**
         * Asks for the bearer token before every attempt, so that it can be renewed. When a server refuses one (401),
         * and there is another by then, the request is sent once more with that. Must not block for long.
         */
        public Builder bearerToken(Supplier<String> token) {
            this.token = Optional.of(token);
            return this;
        }

        /** Sends this header with every request. Headers of the protocol and of the transport are not free. */
        public Builder header(String name, String value) {
            if (!HttpRequests.isSendable(value)) {
                throw new IllegalArgumentException("value of header '" + name + "' is not printable ASCII");
            }
            return header(name, () -> value);
        }

        /**
         * Asks for the value of this header before every attempt: for keys that are renewed, signatures, and the marks
         * of tracing. Must not block for long. A value that is not printable ASCII fails the call with an
         * {@link InvalidRequestException}.
         */
        public Builder header(String name, Supplier<String> value) {
            if (!HttpRequests.isFree(name) || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException("header '" + name + "' cannot be set");
            }
            headers.put(name, value);
            return this;
        }

        /**
         * Uses this client, which stays the caller's to close.
         *
         * @throws IllegalArgumentException if the client follows redirects: it would take the token along
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException("the HTTP client follows redirects");
            }
            this.client = Optional.of(client);
            return this;
        }

        /** The longest that one attempt may take, body included. 15 seconds by default. */
        public Builder attemptTimeout(Duration timeout) {
            this.attempt = requirePositive(timeout);
            return this;
        }

        /** The longest that a call may take, all attempts and waits included. 30 seconds by default. */
        public Builder callTimeout(Duration timeout) {
            this.call = requirePositive(timeout);
            return this;
        }

        /** How many attempts a call makes at most. 6 by default; 1 for none but the first. */
        public Builder attempts(int attemptsMax) {
            if (attemptsMax < 1) {
                throw new IllegalArgumentException("attempts are fewer than 1: " + attemptsMax);
            }
            this.attemptsMax = attemptsMax;
            return this;
        }

        /**
         * The wait before the second attempt, which doubles up to {@code longest}. 100 ms and 5 s by default.
         *
         * @throws IllegalArgumentException if {@code longest} is shorter than {@code first}
         */
        public Builder backoff(Duration first, Duration longest) {
            if (longest.compareTo(first) < 0) {
                throw new IllegalArgumentException("longest wait " + longest + " is shorter than the first, " + first);
            }
            this.firstWait = requirePositive(first);
            this.longestWait = requirePositive(longest);
            return this;
        }

        /** How tails are followed. {@link LiveMode#LONG_POLL} by default. */
        public Builder liveMode(LiveMode mode) {
            this.mode = mode;
            return this;
        }

        /** How long a tail lets the server be silent before it connects anew. 90 seconds by default. */
        public Builder liveTimeout(Duration timeout) {
            this.live = requirePositive(timeout);
            return this;
        }

        /** How long a tail goes on trying to reach a server before it gives up. 5 minutes by default. */
        public Builder tailPatience(Duration patience) {
            this.patience = requirePositive(patience);
            return this;
        }

        /** The largest response taken, in bytes. 128 MiB by default: a server may answer a read with a whole stream. */
        public Builder responseBytesMax(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("largest response is below 1 byte: " + bytes);
            }
            this.responseBytesMax = bytes;
            return this;
        }

        public HttpDurableStreams build() {
            HttpSettings settings = new HttpSettings(
                    base,
                    token,
                    headers,
                    attempt,
                    call,
                    attemptsMax,
                    new Backoff(
                            firstWait,
                            longestWait,
                            () -> ThreadLocalRandom.current().nextDouble()),
                    mode,
                    live,
                    patience,
                    responseBytesMax);
            Executor executor = Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "anabranch-streams");
                thread.setDaemon(true);
                return thread;
            });
            HttpClient http = client.orElseGet(() -> HttpClient.newBuilder()
                    .executor(executor)
                    .connectTimeout(HttpRequests.shorter(attempt, Duration.ofSeconds(5)))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
            return new HttpDurableStreams(settings, http, client.isEmpty(), executor);
        }

        private static URI requireBase(URI base) {
            String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
            if (!(scheme.equals("http") || scheme.equals("https")) || base.getHost() == null) {
                throw new IllegalArgumentException("base is not an http or https URL with a host");
            }
            if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
                throw new IllegalArgumentException("base has user info, a query or a fragment");
            }
            return URI.create(base.toString().replaceAll("/+$", ""));
        }

        private static Duration requirePositive(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("duration is not positive: " + duration);
            }
            return duration;
        }
    }
}
