package dev.anabranch.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a {@link FaultProxy} does to one request. */
@FunctionalInterface
public interface Fault {

    /** Does its worst. When it returns, the connection is closed. */
    void inflict(FaultProxy.Exchange exchange) throws IOException;

    /** Nothing: the request passes. */
    static Fault none() {
        return FaultProxy.Exchange::forward;
    }

    /** The request never reaches the server, and the connection is cut. */
    static Fault lostRequest() {
        return exchange -> {};
    }

    /** The server carries the request out, and its answer is lost. */
    static Fault lostResponse() {
        return cutResponse(0);
    }

    /** The server carries the request out, and the connection is cut after this many bytes of the answer. */
    static Fault cutResponse(int bytes) {
        return exchange -> {
            byte[] answer = whole(exchange);
            exchange.answer(Arrays.copyOf(answer, Math.min(bytes, answer.length)));
        };
    }

    /** The request is delivered twice; the answer is that to the second. */
    static Fault duplicate() {
        return exchange -> {
            whole(exchange);
            exchange.forward();
        };
    }

    /** The request is held back until the latch opens, and then passes. */
    static Fault heldRequest(CountDownLatch until) {
        return exchange -> {
            await(until);
            exchange.forward();
        };
    }

    /** The server carries the request out, and its answer is held back until the latch opens. */
    static Fault heldResponse(CountDownLatch until) {
        return exchange -> {
            byte[] answer = whole(exchange);
            await(until);
            exchange.answer(answer);
        };
    }

    /** The connection is cut; the request reaches the server when the task that {@code later} gets is run, if ever. */
    static Fault lateRequest(Consumer<Runnable> later) {
        return exchange -> later.accept(() -> {
            try {
                exchange.deliver((bytes, count) -> true);
            } catch (IOException serverIsAway) {
                // Then it is lost after all, which is what may become of it.
            }
        });
    }

    /** Something happens while the request is on its way, and then this does. */
    default Fault after(Runnable event) {
        return exchange -> {
            event.run();
            inflict(exchange);
        };
    }

    /** This happens, and then something else, before the connection is closed. */
    default Fault before(Runnable event) {
        return exchange -> {
            inflict(exchange);
            event.run();
        };
    }

    /** The answer arrives, one byte in each of these intervals. */
    static Fault dribble(long millis) {
        return exchange -> {
            for (byte octet : whole(exchange)) {
                exchange.answer(new byte[] {octet});
                pause(millis);
            }
        };
    }

    /** The request never reaches the server; this answer does the client, headers given as {@code Name: value}. */
    static Fault answer(int status, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Because\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (status != 204 && status != 304) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        return raw(head + "Connection: close\r\n\r\n" + body);
    }

    /** The request never reaches the server; these very bytes reach the client. */
    static Fault raw(String answer) {
        return exchange -> exchange.answer(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] whole(FaultProxy.Exchange exchange) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        exchange.deliver((bytes, count) -> {
            answer.write(bytes, 0, count);
            return true;
        });
        return answer.toByteArray();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("held for ever");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
