package dev.anabranch.server;

import java.time.Duration;

/**
 * Bounds on what one client can cost the server.
 *
 * @param bodyBytesMax the largest request body; larger ones are refused with 413 and never held in memory
 * @param headerBytesMax the most bytes that request line and headers of one request may take together
 * @param readBytesMax about how many bytes one read returns at once
 * @param waitingReadersMax how many long-polls and SSE connections may be open at a time
 * @param idleTimeout how long a connection may stand still in the middle of a request or a response
 * @param sseDuration how long an SSE connection lasts before the server ends it and the reader comes back
 */
public record ServerLimits(
        int bodyBytesMax,
        int headerBytesMax,
        int readBytesMax,
        int waitingReadersMax,
        Duration idleTimeout,
        Duration sseDuration) {

    /** Fit for a small machine: bodies of 32 MiB, reads of 1 MiB, 10,000 waiting readers. */
    public static final ServerLimits DEFAULTS =
            new ServerLimits(32 << 20, 16 << 10, 1 << 20, 10_000, Duration.ofSeconds(30), Duration.ofSeconds(60));

    public ServerLimits {
        requirePositive("body bytes", bodyBytesMax);
        requirePositive("header bytes", headerBytesMax);
        requirePositive("read bytes", readBytesMax);
        requirePositive("waiting readers", waitingReadersMax);
        requirePositive("idle timeout", idleTimeout.toMillis());
        requirePositive("SSE duration", sseDuration.toMillis());
    }

    public ServerLimits withBodyBytesMax(int bytes) {
        return new ServerLimits(bytes, headerBytesMax, readBytesMax, waitingReadersMax, idleTimeout, sseDuration);
    }

    public ServerLimits withHeaderBytesMax(int bytes) {
        return new ServerLimits(bodyBytesMax, bytes, readBytesMax, waitingReadersMax, idleTimeout, sseDuration);
    }

    public ServerLimits withReadBytesMax(int bytes) {
        return new ServerLimits(bodyBytesMax, headerBytesMax, bytes, waitingReadersMax, idleTimeout, sseDuration);
    }

    public ServerLimits withWaitingReadersMax(int readers) {
        return new ServerLimits(bodyBytesMax, headerBytesMax, readBytesMax, readers, idleTimeout, sseDuration);
    }

    public ServerLimits withIdleTimeout(Duration timeout) {
        return new ServerLimits(bodyBytesMax, headerBytesMax, readBytesMax, waitingReadersMax, timeout, sseDuration);
    }

    public ServerLimits withSseDuration(Duration duration) {
        return new ServerLimits(bodyBytesMax, headerBytesMax, readBytesMax, waitingReadersMax, idleTimeout, duration);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is not positive: " + value);
        }
    }
}
