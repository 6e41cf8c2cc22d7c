package dev.anabranch.engine;

import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A change that is attempted until it has an outcome: again whenever what it was based on turned out to be old. */
abstract class Operation<T> implements Runnable {

    private static final int ATTEMPTS_MAX = 1000;

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private int attempts; // one thread at a time

    /** Attempts it, and again. */
    @Override
    public final void run() {
        try {
            if (++attempts > ATTEMPTS_MAX) {
                throw new StreamsUnavailableException(
                        Cause.FAILURE, Outcome.NOT_DONE, "the stream changes too fast for this request", null);
            }
            attempt();
        } catch (DurableStreamsException refused) {
            fail(refused);
        } catch (RuntimeException | Error broken) {
            outcome.completeExceptionally(broken);
        }
    }

    /** Comes to an outcome, now or later, or throws. */
    abstract void attempt();

    final CompletableFuture<T> outcome() {
        return outcome;
    }

    /** Goes on after the outcome, on the thread that brings it. */
    final void then(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> next) {
        var unused = outcome.whenComplete(next);
    }

    final void complete(T result) {
        outcome.complete(result);
    }

    final void fail(DurableStreamsException failure) {
        outcome.completeExceptionally(failure);
    }
}
