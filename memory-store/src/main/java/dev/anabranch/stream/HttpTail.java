package dev.anabranch.stream;

import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
    private boolean atTail;
    private int failures;
    private int fruitless;
    private long sentAt;
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
        lock.lock();
        try {
            closed = true;
            inFlight.ifPresent(request -> request.cancel(true));
        } finally {
            lock.unlock();
        }
        onEnd.accept(this);
    }

    private void request() {
        boolean live = atTail;
        CompletableFuture<HttpAnswer> answer;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            HttpRequest request = live ? requests.longPoll(name, position, cursor) : requests.read(name, position);
            sentAt = System.nanoTime();
            answer = transport.send(request, live ? settings.live() : settings.attempt());
            inFlight = Optional.of(answer);
        } catch (DurableStreamsException refused) {
            fail(refused);
            return;
        } finally {
            lock.unlock();
        }
        var unused = answer.whenCompleteAsync((done, failure) -> settle(live, done, failure), executor);
    }

    private void settle(boolean live, @Nullable HttpAnswer answer, @Nullable Throwable failure) {
        try {
            if (answer != null) {
                understand(answer);
            } else if (failure != null) {
                stumble(live, HttpCaller.causeOf(failure));
            }
        } catch (MalformedAnswerException malformed) {
            retry(HttpErrors.malformed(call(), malformed), Optional.empty());
        } catch (RuntimeException | Error broken) {
            close();
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, broken);
        }
    }

    private void understand(HttpAnswer answer) {
        int status = answer.status();
        if (status == 200 || status == 204) {
            StreamPage page = HttpReads.page(position, answer);
            cursor = answer.header("Stream-Cursor").or(() -> cursor);
            failures = 0;
            advance(page);
            return;
        }
        DurableStreamsException error = HttpErrors.of(answer, call(), name, false);
        if (HttpCaller.isTransient(status)) {
            retry(error, RetryAfter.of(answer));
        } else {
            fail(error);
        }
    }

    private void advance(StreamPage page) {
        boolean moved = !page.next().equals(position);
        boolean first = position.isSentinel();
        atTail = page.upToDate();
        position = page.next();
        if ((!page.messages().isEmpty() || page.closed()) && !deliver(page)) {
            return;
        }
        if (page.closed()) {
            onEnd.accept(this);
            return;
        }
        boolean hasty = !moved && !first && System.nanoTime() - sentAt < HASTE.toNanos();
        fruitless = hasty ? fruitless + 1 : 0;
        if (hasty) {
            later(HttpRequests.shorter(settings.backoff().after(fruitless), HASTY_WAIT_MAX));
        } else {
            request();
        }
    }

    /** Returns whether to go on. */
    private boolean deliver(StreamPage page) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = page.closed();
            listener.onPage(page);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void stumble(boolean live, Throwable failure) {
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
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                listener.onFailure(failure);
            }
        } finally {
            lock.unlock();
            onEnd.accept(this);
        }
    }

    private HttpCaller.Call call() {
        return new HttpCaller.Call("tail of '" + name + "'", () -> requests.read(name, position), false, true);
    }
}
