package dev.anabranch.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Readers that follow a stream by SSE, all on one thread, so that the driver takes little from the machine it measures. Finds
 * the member {@code "at"} of each message and notes how long ago that moment is.
 */
final class SseReaders implements AutoCloseable {

    private static final byte[] MARK = "\"at\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final CountDownLatch connected;
    private final Thread thread = new Thread(this::run, "readers");
    private final Object lock = new Object();
    private long[] delays = new long[1 << 16]; // guarded by lock
    private int count; // guarded by lock
    private volatile boolean closed;
    private volatile @Nullable IOException failure;

    private SseReaders(Selector selector, int readers) {
        this.selector = selector;
        this.connected = new CountDownLatch(readers);
        thread.setDaemon(true);
    }

    /** Connects {@code readers} readers at the tail of {@code stream}. */
    static SseReaders of(URI stream, int readers) throws IOException {
        SseReaders all = new SseReaders(Selector.open(), readers);
        String head = "GET " + stream.getPath() + "?offset=now&live=sse HTTP/1.1\r\nHost: " + stream.getAuthority()
                + "\r\nAccept: text/event-stream\r\n\r\n";
        for (int i = 0; i < readers; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(stream.getHost(), stream.getPort()));
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(all.selector, SelectionKey.OP_READ, all.new Reader());
        }
        all.thread.start();
        return all;
    }

    /** Returns when every reader has the head of its response. */
    void awaitConnected() throws InterruptedException {
        connected.await();
    }

    /** The delays of all deliveries in nanoseconds, once there are {@code expected}, or none came for {@code patience}. */
    long[] deliveries(long expected, long patience) throws InterruptedException, IOException {
        synchronized (lock) {
            long last = System.nanoTime();
            int before = count;
            while (count < expected && System.nanoTime() - last < patience) {
                lock.wait(100);
                IOException broken = failure;
                if (broken != null) {
                    throw broken;
                }
                if (count > before) {
                    before = count;
                    last = System.nanoTime();
                }
            }
            return Arrays.copyOf(delays, count);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.close();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (!closed) {
                selector.select(key -> read(key, buffer));
            }
        } catch (ClosedSelectorException ended) {
            return;
        } catch (IOException broken) {
            failure = broken;
        }
    }

    private void read(SelectionKey key, ByteBuffer buffer) {
        try {
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                throw new IOException("the server has ended a reader's response");
            }
            Reader reader = (Reader) key.attachment();
            buffer.flip();
            while (buffer.hasRemaining()) {
                reader.take(buffer.get());
            }
        } catch (IOException broken) {
            failure = broken;
            key.cancel();
        }
    }

    private void delivered(long sent) {
        long delay = System.nanoTime() - sent;
        synchronized (lock) {
            if (count == delays.length) {
                delays = Arrays.copyOf(delays, count * 2);
            }
            delays[count++] = delay;
            lock.notifyAll();
        }
    }

    /** Reads one response byte by byte. */
    private final class Reader {

        private boolean inHead = true;
        private int matched;
        private boolean inNumber;
        private long number;

        void take(byte next) {
            if (inNumber) {
                if (next >= '0' && next <= '9') {
                    number = number * 10 + next - '0';
                    return;
                }
                inNumber = false;
                delivered(number);
            }
            byte[] wanted = inHead ? HEAD_END : MARK;
            matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
            if (matched == wanted.length) {
                matched = 0;
                inNumber = !inHead;
                number = 0;
                if (inHead) {
                    inHead = false;
                    connected.countDown();
                }
            }
        }
    }
}
