package dev.anabranch.stream;

import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows one stream.
 *
 * <p>There is never more than one request under way, and the next one is sent only after the listener has had the page
 * of the last: pages are in order, and a slow listener slows only its own tail. While it is behind, a tail reads
 * plainly, so that caches can help; once at the tail of the stream it waits there. No thread waits with it.
 */
final class HttpTail implements Tailing {

    /** A server that has nothing to say, and says so sooner than this, is not waiting: then we must. */
    private static final Duration HASTE = Duration.ofMillis(100);

    private static final Duration HASTY_WAIT_MAX = Duration.ofSeconds(1);

    /*
     * Everything here is touched by one thread at a time: the one that handles the answer to the one request under way.
     * Handing on to the next request is what orders these accesses. `closed` and `inFlight` are also used by close(),
     * which may come from any thread, and guarded by `lock`. The lock is held while the listener is called: this is what
     * makes close() mean that no call starts any more.
     */
    private final StreamName name;
    private final TailListener listener;
    private final HttpRequests requests;
    private final HttpTransport transport;
    private final HttpSettings settings;
    private final Executor executor;
    private final Consumer<HttpTail> onEnd;

    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private Optional<CompletableFuture<HttpAnswer>> inFlight = Optional.empty();

    private Offset position;
    private Optional<String> cursor = Optional.empty();
    private Optional<ContentType> contentType = Optional.empty();
    private boolean atTail;
    private boolean hasCaughtUp;
    private final SseTrust trust = new SseTrust();
    private int failures;
    private int fruitless;
    private Optional<String> sentToken = Optional.empty();
    private boolean hasRenewedToken;
    private long sentAt;
    private volatile long heardAt;
    private long failingSince;

    HttpTail(
            StreamName name,
            Offset from,
            TailListener listener,
            HttpRequests requests,
            HttpTransport transport,
            HttpSettings settings,
            Executor executor,
            Consumer<HttpTail> onEnd) {
        this.name = name;
        this.position = from;
        this.listener = listener;
        this.requests = requests;
        this.transport = transport;
        this.settings = settings;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    void start() {
        executor.execute(this::request);
    }

    @Override
    public void close() {
        end();
    }

    private void end() {
        lock.lock();
        try {
            closed = true;
            inFlight.ifPresent(request -> request.cancel(true));
        } finally {
            lock.unlock();
        }
        onEnd.accept(this);
    }

    private boolean isEnded() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void request() {
        boolean live = atTail;
        CompletableFuture<HttpAnswer> answer;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            sentAt = System.nanoTime();
            answer = live
                    ? waitForNews()
                    : transport.send(noted(() -> requests.read(name, position)), settings.attempt());
            inFlight = Optional.of(answer);
        } catch (DurableStreamsException refused) {
            fail(refused);
            return;
        } catch (UnsentException noToken) {
            unsent(noToken);
            return;
        } finally {
            lock.unlock();
        }
        var unused = answer.whenCompleteAsync((done, failure) -> settle(live, done, failure), executor);
    }

    /** A request could not be made: whoever gives the token or a header has thrown. */
    private static final class UnsentException extends RuntimeException {

        private static final long serialVersionUID = 1;

        UnsentException(RuntimeException cause) {
            super(cause);
        }
    }

    private static HttpRequest made(Supplier<HttpRequest> request) {
        try {
            return request.get();
        } catch (DurableStreamsException refused) {
            throw refused;
        } catch (RuntimeException ofTheSupplier) {
            // It is the application's own, and may throw anything; a tail must not end by it without a word.
            throw new UnsentException(ofTheSupplier);
        }
    }

    private HttpRequest noted(Supplier<HttpRequest> request) {
        HttpRequest made = made(request);
        sentToken = HttpCaller.token(made);
        return made;
    }

    private boolean isTokenRenewed() {
        return !sentToken.equals(HttpCaller.token(made(() -> requests.read(name, position))));
    }

    private void unsent(UnsentException noToken) {
        String why = call().what() + " was not sent: " + noToken.getCause();
        retry(
                new StreamsUnavailableException(Cause.CONNECTION, Outcome.NOT_DONE, why, noToken.getCause()),
                Optional.empty());
    }

    private CompletableFuture<HttpAnswer> waitForNews() {
        if (settings.mode() == HttpDurableStreams.LiveMode.LONG_POLL || trust.isLost()) {
            return transport.send(noted(() -> requests.longPoll(name, position, cursor)), settings.live());
        }
        trust.onOpen();
        heardAt = sentAt;
        CompletableFuture<HttpAnswer> connection =
                transport.stream(noted(() -> requests.sse(name, position, cursor)), this::eventBody);
        watch(connection, sentAt, openingMax());
        return connection;
    }

    private StoppableBody eventBody(ResponseInfo head) {
        boolean isEvents = head.statusCode() == 200
                && head.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                        .isPresent();
        if (!isEvents) {
            return new BoundedBody(settings.responseBytesMax());
        }
        boolean isBase64 = head.headers()
                .firstValue("Stream-SSE-Data-Encoding")
                .filter("base64"::equalsIgnoreCase)
                .isPresent();
        SsePages pages = new SsePages(position, contentType.orElse(ContentType.OCTET_STREAM), isBase64, this::step);
        return new SseBody(new SseParser(pages, settings.responseBytesMax()), () -> heardAt = System.nanoTime());
    }

    private void step(SsePages.Step step) {
        trust.onEvent();
        failures = 0;
        fruitless = 0;
        cursor = step.cursor().or(() -> cursor);
        accept(step.page());
    }

    /** Gives a connection up that has been silent for too long. It begins with an event, be there news or not. */
    private void watch(CompletableFuture<HttpAnswer> connection, long openedAt, Duration wait) {
        CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS, executor)
                .execute(() -> {
                    long heard = heardAt;
                    Duration silenceMax = heard == openedAt ? openingMax() : settings.live();
                    Duration left = silenceMax.minusNanos(System.nanoTime() - heard);
                    if (left.isNegative() || left.isZero()) {
                        connection.completeExceptionally(new TimeoutException("silent for " + silenceMax));
                    } else if (!connection.isDone()) {
                        watch(connection, openedAt, left);
                    }
                });
    }

    private Duration openingMax() {
        return HttpRequests.shorter(settings.attempt(), settings.live());
    }

    private void settle(boolean live, @Nullable HttpAnswer answer, @Nullable Throwable failure) {
        try {
            if (isEnded()) {
                return;
            }
            if (answer != null) {
                understand(live, answer);
            } else if (failure != null) {
                stumble(live, HttpCaller.causeOf(failure));
            }
        } catch (MalformedAnswerException malformed) {
            misunderstand(malformed);
        } catch (UnsentException noToken) {
            unsent(noToken);
        }
    }

    private void misunderstand(MalformedAnswerException malformed) {
        StreamsUnavailableException failure = HttpErrors.malformed(call(), malformed);
        if (malformed.isGarbled()) {
            fail(failure);
        } else {
            retry(failure, Optional.empty());
        }
    }

    private void understand(boolean live, HttpAnswer answer) {
        int status = answer.status();
        if (status == 200 || status == 204) {
            failures = 0;
            hasRenewedToken = false;
            if (live && isEvents(answer)) {
                trust.onEnd();
                goOn(false);
            } else {
                turn(live, answer);
            }
            return;
        }
        if (status == 401 && !hasRenewedToken && isTokenRenewed()) {
            hasRenewedToken = true; // with the other token the same request may pass
            request();
            return;
        }
        DurableStreamsException error = HttpErrors.of(answer, call(), name, false);
        if (HttpCaller.isTransient(status)) {
            retry(error, RetryAfter.of(answer));
        } else {
            fail(error);
        }
    }

    private void turn(boolean live, HttpAnswer answer) {
        StreamPage page = HttpReads.page(position, answer);
        contentType = answer.contentType().or(() -> contentType);
        cursor = answer.header("Stream-Cursor").or(() -> cursor);
        boolean moved = !page.next().equals(position);
        if (live && (moved || page.closed()) && page.messages().isEmpty()) {
            // Someone appended just as the wait ended. To follow the tail now would be to pass over what they wrote. So
            // would be to believe that the stream has ended here: there are servers that say so, without the message,
            // when the stream is closed by its last append.
            atTail = false;
            request();
        } else if (accept(page)) {
            goOn(moved);
        }
    }

    private boolean isEvents(HttpAnswer answer) {
        return settings.mode() == HttpDurableStreams.LiveMode.SSE
                && answer.contentType()
                        .filter(type -> type.essence().equals("text/event-stream"))
                        .isPresent();
    }

    /** Takes a page over, and returns whether there will be another. */
    private boolean accept(StreamPage page) {
        atTail = page.upToDate();
        position = page.next();
        boolean isNews = !page.messages().isEmpty() || page.closed();
        boolean goesOn = !isNews || tell(page.closed(), () -> listener.onPage(page));
        if (page.closed()) {
            end();
            return false;
        }
        if (goesOn && atTail && !hasCaughtUp) {
            hasCaughtUp = true;
            return tell(false, () -> listener.onCaughtUp(page.next()));
        }
        return goesOn;
    }

    private void goOn(boolean moved) {
        boolean hasty = !moved && System.nanoTime() - sentAt < HASTE.toNanos();
        fruitless = hasty ? fruitless + 1 : 0;
        if (fruitless > 1) {
            later(HttpRequests.shorter(settings.backoff().after(fruitless - 1), HASTY_WAIT_MAX));
        } else {
            request();
        }
    }

    private void stumble(boolean live, Throwable failure) {
        if (live) {
            trust.onEnd();
        }
        if (live && failure instanceof TimeoutException) {
            // Silence at the tail is no failure. Whether the server is still there, a plain read will tell.
            atTail = false;
            request();
            return;
        }
        if (failure instanceof BodyTooLargeException) {
            fail(new LimitExceededException(
                    LimitExceededException.Limit.SIZE,
                    call().what() + " failed: " + failure.getMessage(),
                    Optional.empty()));
            return;
        }
        if (failure instanceof MalformedAnswerException malformed) {
            misunderstand(malformed);
            return;
        }
        String why = call().what() + " failed: " + failure;
        retry(new StreamsUnavailableException(Cause.CONNECTION, Outcome.NOT_DONE, why, failure), Optional.empty());
    }

    private void retry(DurableStreamsException failure, Optional<Duration> asked) {
        long now = System.nanoTime();
        failingSince = failures == 0 ? now : failingSince;
        failures++;
        Duration wait = asked.orElseGet(() -> settings.backoff().after(failures));
        if (now - failingSince + wait.toNanos() > settings.patience().toNanos()) {
            fail(failure);
            return;
        }
        atTail = false;
        later(wait);
    }

    private void later(Duration wait) {
        CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS, executor)
                .execute(this::request);
    }

    private void fail(DurableStreamsException failure) {
        tell(true, () -> listener.onFailure(failure));
        end();
    }

    /**
     * Calls the listener, unless tailing has ended.
     *
     * @param isLast whether this ends it
     * @return whether the listener was called, and bore it
     */
    private boolean tell(boolean isLast, Runnable news) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = isLast;
            news.run();
            return true;
        } catch (RuntimeException | Error broken) {
            // The listener is at fault, and there is nobody to tell but the handler of last resort.
            end();
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, broken);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private HttpCaller.Call call() {
        return new HttpCaller.Call("tail of '" + name + "'", () -> requests.read(name, position), false, true);
    }
}
