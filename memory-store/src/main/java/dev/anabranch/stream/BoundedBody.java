package dev.anabranch.stream;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Collects a body, up to a limit. Can be stopped half-way, which gives the connection up. */
final class BoundedBody implements BodySubscriber<Payload> {

    private final int bytesMax;
    private final CompletableFuture<Payload> body = new CompletableFuture<>();
    private final List<byte[]> pieces = new ArrayList<>();
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
            pieces.add(piece);
            size += piece.length;
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(joined());
    }

    void stop() {
        subscription.ifPresent(Subscription::cancel);
    }

    private Payload joined() {
        if (pieces.size() == 1) {
            return Payload.wrap(pieces.get(0));
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return Payload.wrap(all);
    }
}
