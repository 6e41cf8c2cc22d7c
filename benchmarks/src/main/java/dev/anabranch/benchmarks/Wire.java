package dev.anabranch.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A TCP forwarder on loopback that counts what passes: how many bytes each way, and how often the direction turned from
 * answer to request, which for request-response protocols on one connection is the number of round trips.
 */
final class Wire implements AutoCloseable {

    /** For a store in this process. */
    static final Wire NONE = new Wire(null, 0);

    private final @Nullable ServerSocket listener;
    private final int target;
    private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder roundTrips = new LongAdder();

    private Wire(@Nullable ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** Forwards a free port to {@code target} on loopback. */
    static Wire to(int target) throws IOException {
        Wire wire = new Wire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        daemon(wire::accept);
        return wire;
    }

    int port() {
        if (listener == null) {
            throw new IllegalStateException("no wire");
        }
        return listener.getLocalPort();
    }

    Count count() {
        return new Count(sent.sum(), received.sum(), roundTrips.sum());
    }

    private void accept() {
        while (listener != null && !listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                Turn turn = new Turn();
                daemon(() -> pump(client, server, sent, turn, true));
                daemon(() -> pump(server, client, received, turn, false));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pump(Socket from, Socket to, LongAdder bytes, Turn turn, boolean request) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.add(n);
                if (turn.isNewRequest(request)) {
                    roundTrips.increment();
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException connectionEnded) {
            // Either side closed: the other follows by the closing of the streams.
            return;
        }
    }

    @Override
    public void close() {
        try {
            if (listener != null) {
                listener.close();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whose turn it is on one connection. */
    private static final class Turn {
        private boolean requesting;

        synchronized boolean isNewRequest(boolean request) {
            boolean turned = request && !requesting;
            requesting = request;
            return turned;
        }
    }

    /** Bytes and round trips so far. */
    record Count(long sent, long received, long roundTrips) {
        Count minus(Count earlier) {
            return new Count(sent - earlier.sent, received - earlier.received, roundTrips - earlier.roundTrips);
        }
    }
}
