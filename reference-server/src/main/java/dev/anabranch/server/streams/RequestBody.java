package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.Problems;
import dev.anabranch.stream.Payload;
import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/**
 * Reads a request's body as it arrives: a body that is slow to come holds no thread, and one that is too large is
 * refused before it is held in memory.
 */
final class RequestBody {

    /** How much of a body that is refused is read off all the same, so that its sender gets to see the refusal. */
    private static final long DRAIN_BYTES_MAX = 1L << 30;

    private final Exchange exchange;
    private final int bytesMax;
    private final Consumer<Payload> whenRead;
    private final CollectedBytes collected = new CollectedBytes();
    private long drained;

    private RequestBody(Exchange exchange, int bytesMax, Consumer<Payload> whenRead) {
        this.exchange = exchange;
        this.bytesMax = bytesMax;
        this.whenRead = whenRead;
    }

    /** Calls {@code whenRead} with the whole body, or answers the exchange with what is wrong with it. */
    static void read(Exchange exchange, int bytesMax, Consumer<Payload> whenRead) {
        exchange.headers()
                .requirePlainBody(exchange.request().getConnectionMetaData().getHttpVersion());
        RequestBody body = new RequestBody(exchange, bytesMax, whenRead);
        if (exchange.request().getLength() > bytesMax) {
            body.refuse();
            return;
        }
        body.readOn();
    }

    private void readOn() {
        while (true) {
            Content.Chunk chunk = exchange.request().read();
            if (chunk == null) {
                exchange.request().demand(this::readOn);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            boolean fits = chunk.remaining() <= bytesMax - collected.size();
            if (fits) {
                collected.add(chunk.getByteBuffer());
            }
            boolean isLast = chunk.isLast();
            chunk.release();
            if (!fits) {
                refuse();
                return;
            }
            if (isLast) {
                finish();
                return;
            }
        }
    }

    private void finish() {
        try {
            whenRead.accept(Payload.wrap(collected.take()));
        } catch (RuntimeException failure) {
            // Every failure is an answer; one that is not the client's business is logged and a bare 500.
            exchange.fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (failure instanceof TimeoutException) {
            exchange.reply(
                    Problem.of(408, "the request body did not arrive in time").withHeader("Connection", "close"));
            return;
        }
        if (failure instanceof EOFException) {
            exchange.callback().failed(failure); // the client is gone
            return;
        }
        if (failure instanceof HttpException) {
            exchange.reply(Problem.invalid("the request body is malformed").withHeader("Connection", "close"));
            return;
        }
        exchange.fail(failure);
    }

    private void refuse() {
        collected.clear();
        Problem problem = Problem.bodyTooLarge(bytesMax).withHeader("Connection", "close");
        boolean senderWaits =
                exchange.request().getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        if (senderWaits) {
            exchange.reply(problem);
            return;
        }
        Callback thenDrain = Callback.from(this::drain, exchange.callback()::failed);
        Problems.write(problem, exchange.response(), thenDrain);
    }

    private void drain() {
        while (true) {
            Content.Chunk chunk = exchange.request().read();
            if (chunk == null) {
                exchange.request().demand(this::drain);
                return;
            }
            drained += chunk.remaining();
            boolean ends = chunk.isLast() || Content.Chunk.isFailure(chunk) || drained > DRAIN_BYTES_MAX;
            chunk.release();
            if (ends) {
                exchange.callback().succeeded();
                return;
            }
        }
    }
}
