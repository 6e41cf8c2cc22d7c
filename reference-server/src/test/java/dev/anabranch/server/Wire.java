package dev.anabranch.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.SocketFactory;

/** One connection to a server, byte by byte: what no HTTP client would send can be sent. */
final class Wire implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    Wire(int port) {
        this(port, SocketFactory.getDefault());
    }

    /** As {@link #Wire(int)}, over what connections the factory makes. */
    Wire(int port, SocketFactory sockets) {
        try {
            socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    /** Sends lines of a request, with the line ends of HTTP. */
    Wire send(String text) {
        return sendRaw(text.replace("\n", "\r\n"));
    }

    Wire sendRaw(String text) {
        return sendRaw(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** Status line, headers in order without those that differ from day to day, and the body. */
    String response() {
        String head = head();
        List<String> kept = new ArrayList<>();
        int length = 0;
        boolean chunked = false;
        for (String line : head.split("\r\n", 0)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding: chunked");
            if (!lower.startsWith("date:") && !lower.startsWith("access-control-") && !lower.startsWith("vary:")) {
                kept.add(line);
            }
        }
        boolean hasBody = !kept.get(0).contains(" 304") && !kept.get(0).contains(" 204");
        String body = !hasBody ? "" : chunked ? "" : text(length);
        return String.join("\n", kept) + "\n\n" + body;
    }

    int status() {
        return Integer.parseInt(response().split(" ", 3)[1]);
    }

    /** Everything up to the empty line. */
    String head() {
        return until("\r\n\r\n");
    }

    /** Everything up to {@code end}, inclusive. */
    String until(String end) {
        StringBuilder octets = new StringBuilder();
        char last = end.charAt(end.length() - 1);
        while (true) {
            char octet = (char) octet();
            octets.append(octet);
            int from = octets.length() - end.length();
            if (octet == last && from >= 0 && octets.indexOf(end, from) == from) {
                return new String(octets.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
    }

    private String text(int length) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            text.write(octet());
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private int octet() {
        try {
            int octet = in.read();
            if (octet < 0) {
                throw new IllegalStateException("the server closed the connection");
            }
            return octet;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }
}
