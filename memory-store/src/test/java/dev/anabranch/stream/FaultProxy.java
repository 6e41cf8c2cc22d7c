package dev.anabranch.stream;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * A way to a server that can be made to fail: it loses requests and answers, cuts them, holds them, sends them twice.
 * One request per connection, so that each fault hits exactly one request. For tests; safe for use by many threads.
 */
public final class FaultProxy implements AutoCloseable {

    /*
     * A port that is given up while connections are refused must be there again afterwards. So it is chosen from below
     * those that systems hand out by themselves, where nobody takes it meanwhile.
     */
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 32_000;

    private final Deque<Planned> plan = new ArrayDeque<>(); // guarded by itself
    private final List<String> requests = new ArrayList<>(); // guarded by itself
    private final List<String> transcripts = new ArrayList<>(); // guarded by requests
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final int port;
    private volatile URI target;
    private volatile Listener listener;

    private record Planned(Predicate<String> requestLine, Fault fault) {}

    private record Listener(ServerSocket socket, Thread acceptor) {}

    private FaultProxy(URI target) {
        this.target = target;
        this.listener = listenSomewhere();
        this.port = listener.socket().getLocalPort();
    }

    private Listener listenSomewhere() {
        for (int attempt = 0; ; attempt++) {
            try {
                return listen(ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX));
            } catch (IOException taken) {
                if (attempt == 100) {
                    throw new UncheckedIOException(taken);
                }
            }
        }
    }

    /** A proxy on a free port of the loopback interface, in front of {@code target}, an http URL. */
    public static FaultProxy to(URI target) {
        return new FaultProxy(target);
    }

    /** The target's URL, by way of this proxy. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port + target.getRawPath());
    }

    /** Leads to another server from now on. The URL by way of this proxy stays what it is. */
    public void leadTo(URI other) {
        if (!other.getRawPath().equals(target.getRawPath())) {
            throw new IllegalArgumentException("path differs: " + other);
        }
        target = other;
    }

    /** Lets the next request suffer this fault. Faults that are planned one after the other hit in this order. */
    public void next(Fault fault) {
        next(any -> true, fault);
    }

    /** Lets the next request with this method suffer this fault. */
    public void next(String method, Fault fault) {
        next(line -> line.startsWith(method + " "), fault);
    }

    /** Lets the next request whose request line (such as {@code GET /a HTTP/1.1}) is so suffer this fault. */
    public void next(Predicate<String> requestLine, Fault fault) {
        synchronized (plan) {
            plan.add(new Planned(requestLine, fault));
        }
    }

    /** The request lines of all requests so far that were not refused. */
    public List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** All requests so far that were not refused, as they came: request line, headers, blank line, body. */
    public List<String> transcripts() {
        synchronized (requests) {
            return List.copyOf(transcripts);
        }
    }

    /**
     * Refuses all connections from now on, and cuts those that are open. The system listens on for as long as a thread
     * is about to accept, so this waits for that thread.
     */
    public void refuse() {
        Listener last = listener;
        closeQuietly(last.socket());
        try {
            last.acceptor().join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        cut();
    }

    /** Takes connections again, on the same port. */
    public void accept() {
        try {
            listener = listen(port);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** Cuts all connections that are open. */
    public void cut() {
        open.forEach(this::closeQuietly);
    }

    @Override
    public void close() {
        refuse();
    }

    private Listener listen(int wanted) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 200);
        Thread acceptor = new Thread(() -> acceptAll(socket), "fault-proxy");
        acceptor.setDaemon(true);
        acceptor.start();
        return new Listener(socket, acceptor);
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread worker = new Thread(() -> serve(client), "fault-proxy-connection");
                worker.setDaemon(true);
                worker.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            byte[] request = readRequest(client.getInputStream());
            String line = firstLine(request);
            synchronized (requests) {
                requests.add(line);
                transcripts.add(new String(request, StandardCharsets.UTF_8));
            }
            faultFor(line).inflict(new Exchange(this, request, client));
        } catch (IOException gone) {
            // The client has left, or the target has: either way the connection is cut, which is our answer.
        } finally {
            open.remove(client);
        }
    }

    private Fault faultFor(String line) {
        synchronized (plan) {
            for (Planned planned : plan) {
                if (planned.requestLine().test(line)) {
                    plan.remove(planned);
                    return planned.fault();
                }
            }
            return Fault.none();
        }
    }

    /** One request on its way. */
    static final class Exchange {

        private final FaultProxy proxy;
        private final byte[] request;
        private final Socket client;

        Exchange(FaultProxy proxy, byte[] request, Socket client) {
            this.proxy = proxy;
            this.request = request;
            this.client = client;
        }

        /** Delivers the request and hands on the answer, byte by byte as it comes. */
        void forward() throws IOException {
            OutputStream back = client.getOutputStream();
            deliver((bytes, count) -> {
                back.write(bytes, 0, count);
                back.flush();
                return true;
            });
        }

        /** Delivers the request and takes the answer in, until {@code sink} has had enough. */
        void deliver(Sink sink) throws IOException {
            URI target = proxy.target;
            int port = target.getPort();
            try (Socket server = new Socket(target.getHost(), port < 0 ? 80 : port)) {
                proxy.open.add(server);
                server.getOutputStream().write(request);
                server.getOutputStream().flush();
                InputStream answer = server.getInputStream();
                byte[] buffer = new byte[8192];
                for (int count = answer.read(buffer); count >= 0; count = answer.read(buffer)) {
                    if (!sink.take(buffer, count)) {
                        return;
                    }
                }
            }
        }

        void answer(byte[] bytes) throws IOException {
            client.getOutputStream().write(bytes);
            client.getOutputStream().flush();
        }
    }

    /** Takes pieces of an answer. */
    interface Sink {
        boolean take(byte[] bytes, int count) throws IOException;
    }

    /** Reads one request and makes it ask for the connection to be closed after it. */
    private static byte[] readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!endsWithBlankLine(head)) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("connection closed before a request");
            }
            head.write(octet);
        }
        StringBuilder sent = new StringBuilder();
        int length = 0;
        for (String line : head.toString(StandardCharsets.ISO_8859_1).lines().toList()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            if (lower.startsWith("transfer-encoding:")) {
                throw new IOException("chunked requests are not supported");
            }
            if (!line.isEmpty() && !lower.startsWith("connection:")) {
                sent.append(line).append("\r\n");
            }
        }
        sent.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(sent.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(in.readNBytes(length));
        return request.toByteArray();
    }

    private static boolean endsWithBlankLine(ByteArrayOutputStream head) {
        return head.size() >= 4 && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    private static String firstLine(byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf("\r\n"));
    }

    private void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException alreadyBroken) {
            // Closed is closed.
        }
    }
}
