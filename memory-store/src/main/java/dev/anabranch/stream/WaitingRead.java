package dev.anabranch.stream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One read that waits at the tail, made of a plain one and of a tailing that is closed after its first page. */
final class WaitingRead implements TailListener {

    private final DurableStreams streams;
    private final StreamName name;
    private final Offset from;
    private final CompletableFuture<StreamPage> news = new CompletableFuture<>();

    WaitingRead(DurableStreams streams, StreamName name, Offset from) {
        this.streams = streams;
        this.name = name;
        this.from = from;
    }

    @SuppressWarnings("try") // the tailing is held open, not spoken to
    StreamPage read(Duration wait) {
        StreamPage page = streams.read(name, from);
        if (!page.messages().isEmpty() || !page.upToDate() || page.closed() || wait.isZero() || wait.isNegative()) {
            return page;
        }
        try (Tailing unused = streams.tail(name, page.next(), this)) {
            StreamPage next = news.get(wait.toNanos(), TimeUnit.NANOSECONDS);
            return new StreamPage(from, next.messages(), next.next(), next.upToDate(), next.closed());
        } catch (TimeoutException nothingCame) {
            return page;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof DurableStreamsException failure) {
                throw failure;
            }
            throw new AssertionError("a tailing failed with something else", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StreamsUnavailableException(
                    StreamsUnavailableException.Cause.CONNECTION,
                    StreamsUnavailableException.Outcome.NOT_DONE,
                    "read of '" + name + "' was interrupted",
                    interrupted);
        }
    }

    @Override
    public void onPage(StreamPage page) {
        news.complete(page);
    }

    @Override
    public void onFailure(DurableStreamsException failure) {
        news.completeExceptionally(failure);
    }
}
