package dev.anabranch.stream;

import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Makes calls: attempts, waits and attempts again, for as long as that is safe and the call's deadline allows. */
final class HttpCaller {

    /** Answers after which another attempt may do better. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);

    /** Those of them that say that the request was not even looked at. */
    private static final Set<Integer> TURNED_AWAY = Set.of(408, 425, 429);

    /** With less time than this left, another attempt tells nothing but that time was short. */
    private static final Duration ATTEMPT_MIN = Duration.ofMillis(20);

    /** Lets time pass. */
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * What is to be done.
     *
     * @param what names the call in exceptions
     * @param changes whether carrying it out changes anything
     * @param repeatable whether carrying it out twice is as good as once
     */
    record Call(String what, Supplier<HttpRequest> request, boolean changes, boolean repeatable) {}

    /** Makes sense of the first answer that is final, be it good or bad. */
    interface Reading<T> {

        /**
         * Returns what the answer says, or throws it.
         *
         * @param repeated whether an earlier attempt may have been carried out, unknown to us
         * @throws MalformedAnswerException if the answer makes no sense, which counts as a failed attempt
         */
        T read(HttpAnswer answer, boolean repeated);
    }

    private final HttpTransport transport;
    private final HttpSettings settings;
    private final LongSupplier nanoTime;
    private final Pause pause;
    /** When all calls must have ended, if there is such a time. */
    private final OptionalLong end;

    HttpCaller(HttpTransport transport, HttpSettings settings, LongSupplier nanoTime, Pause pause) {
        this(transport, settings, nanoTime, pause, OptionalLong.empty());
    }

    private HttpCaller(
            HttpTransport transport, HttpSettings settings, LongSupplier nanoTime, Pause pause, OptionalLong end) {
        this.transport = transport;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.end = end;
    }

    /** Makes calls that must all have ended {@code left} from now. */
    HttpCaller within(Duration left) {
        return new HttpCaller(
                transport, settings, nanoTime, pause, OptionalLong.of(nanoTime.getAsLong() + left.toNanos()));
    }

    /**
     * Returns what {@code reading} makes of the final answer.
     *
     * @throws StreamsUnavailableException if there was none
     */
    <T> T call(Call call, Reading<T> reading) {
        long deadline = deadline();
        if (deadline - nanoTime.getAsLong() <= 0) {
            throw unavailable(call, false, "there was no time left for it", null);
        }
        boolean repeated = false;
        boolean hasRenewed = false;
        for (int attempt = 1; ; attempt++) {
            Duration left = Duration.ofNanos(deadline - nanoTime.getAsLong());
            Duration wait = settings.backoff().after(attempt);
            try {
                HttpRequest request = call.request().get();
                HttpAnswer answer = attempt(call, request, HttpRequests.shorter(settings.attempt(), left));
                if (answer.status() == 401 && !hasRenewed && isRenewed(call, request)) {
                    hasRenewed = true; // with the other token the same request may pass; a refused one did nothing
                    continue;
                }
                boolean turnedAway = TURNED_AWAY.contains(answer.status());
                wait = RetryAfter.of(answer).orElse(wait);
                if (!isTransient(answer.status()) || !mayRepeat(call, turnedAway, attempt, wait, deadline)) {
                    return reading.read(answer, repeated);
                }
                repeated |= !turnedAway;
            } catch (MalformedAnswerException malformed) {
                if (malformed.isGarbled() || !mayRepeat(call, false, attempt, wait, deadline)) {
                    throw HttpErrors.malformed(call, malformed);
                }
                repeated = true;
            } catch (AttemptFailedException failed) {
                repeated |= failed.reached;
                if (!mayRepeat(call, !failed.reached, attempt, wait, deadline)) {
                    throw unavailable(call, repeated, why(failed), failed.reason);
                }
            }
            sleep(call, wait, repeated);
        }
    }

    private long deadline() {
        long own = nanoTime.getAsLong() + settings.call().toNanos();
        return end.isPresent() && end.getAsLong() - own < 0 ? end.getAsLong() : own;
    }

    private boolean mayRepeat(Call call, boolean notDone, int attempt, Duration wait, long deadline) {
        return (notDone || call.repeatable())
                && attempt < settings.attemptsMax()
                && deadline - nanoTime.getAsLong() > wait.plus(ATTEMPT_MIN).toNanos();
    }

    /** Whether the token was renewed since it was sent with a request. */
    private static boolean isRenewed(Call call, HttpRequest sent) {
        return !token(sent).equals(token(call.request().get()));
    }

    /** The token that a request carries. */
    static Optional<String> token(HttpRequest request) {
        return request.headers().firstValue("Authorization");
    }

    /** Where nobody answers, the address is what is to be looked at. */
    private String why(AttemptFailedException failed) {
        return failed.reached
                ? String.valueOf(failed.getMessage())
                : "no connection to " + settings.base() + ": " + failed.getMessage();
    }

    private HttpAnswer attempt(Call call, HttpRequest request, Duration timeout) throws AttemptFailedException {
        CompletableFuture<HttpAnswer> answer = transport.send(request, timeout);
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable(call, true, "interrupted", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = causeOf(failed);
            if (cause instanceof BodyTooLargeException && !call.changes()) {
                String why = call.what() + " failed: " + cause.getMessage();
                throw new LimitExceededException(Limit.SIZE, why, Optional.empty());
            }
            throw new AttemptFailedException(cause, isReached(cause), timeout);
        }
    }

    private void sleep(Call call, Duration wait, boolean maybeDone) {
        try {
            pause.sleep(wait);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(call, maybeDone, "interrupted", interrupted);
        }
    }

    private static StreamsUnavailableException unavailable(
            Call call, boolean maybeDone, String why, @Nullable Throwable cause) {
        Outcome outcome = call.changes() && maybeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE;
        return new StreamsUnavailableException(Cause.CONNECTION, outcome, call.what() + " failed: " + why, cause);
    }

    /** Whether another attempt may do better than this answer. */
    static boolean isTransient(int status) {
        return TRANSIENT.contains(status);
    }

    static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether the request may have reached the server. It has not if there never was a connection. */
    private static boolean isReached(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof HttpConnectTimeoutException
                    || cause instanceof UnresolvedAddressException
                    || cause instanceof UnknownHostException
                    || cause instanceof SSLHandshakeException) {
                return false;
            }
        }
        return true;
    }

    /** One attempt came to nothing. */
    private static final class AttemptFailedException extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean reached;
        private final Throwable reason;

        AttemptFailedException(Throwable reason, boolean reached, Duration timeout) {
            super(
                    reason instanceof TimeoutException
                            ? "no whole answer within " + timeout.toMillis() + " ms"
                            : reason.toString(),
                    reason);
            this.reason = reason;
            this.reached = reached;
        }
    }
}
