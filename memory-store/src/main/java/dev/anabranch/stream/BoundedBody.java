package dev.anabranch.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Collects a body, up to a limit. Can be stopped half-way, which gives the connection up. */
final class BoundedBody implements StoppableBody {

    private final int bytesMax;
    private final CompletableFuture<Payload> body = new CompletableFuture<>();
    private final List<Payload> pieces = new ArrayList<>();
    private int size;

    private volatile Optional<Subscription> subscription = Optional.empty();

    BoundedBody(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<Payload> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = Optional.of(subscription);
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.remaining() > bytesMax - size) {
                stop();
                body.completeExceptionally(new BodyTooLargeException(bytesMax));
                return;
            }
            byte[] piece = new byte[buffer.remaining()];
            buffer.get(piece);
            pieces.add(Payload.wrap(piece));
            size += piece.length;
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(Payload.concat(pieces));
    }

    @Override
    public void stop() {
        subscription.ifPresent(Subscription::cancel);
    }
}
