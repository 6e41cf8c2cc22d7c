package dev.anabranch.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Reads an endless body as events, as they come. Ends with nothing; a listener that is slow slows the server down. */
final class SseBody implements StoppableBody {

    private final SseParser parser;
    private final Runnable onHeard;
    private final CompletableFuture<Payload> body = new CompletableFuture<>();
    private volatile Optional<Subscription> subscription = Optional.empty();

    /**
     * Events go to {@code parser}.
     *
     * @param onHeard is called for each sign of life
     */
    SseBody(SseParser parser, Runnable onHeard) {
        this.parser = parser;
        this.onHeard = onHeard;
    }

    @Override
    public CompletionStage<Payload> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = Optional.of(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        onHeard.run();
        try {
            for (ByteBuffer buffer : buffers) {
                parser.feed(buffer);
            }
            subscription.ifPresent(more -> more.request(1));
        } catch (BodyTooLargeException | RuntimeException | Error failed) {
            stop();
            body.completeExceptionally(failed);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(Payload.EMPTY);
    }

    @Override
    public void stop() {
        subscription.ifPresent(Subscription::cancel);
    }
}
