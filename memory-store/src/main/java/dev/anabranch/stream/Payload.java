package dev.anabranch.stream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Bytes that never change: a request's body, a JSON message, a piece of a byte stream. Equal by content. */
public final class Payload {

    /** No bytes. */
    public static final Payload EMPTY = new Payload(new byte[0], 0, 0);

    private final byte[] bytes;
    private final int from;
    private final int size;

    private Payload(byte[] bytes, int from, int size) {
        this.bytes = bytes;
        this.from = from;
        this.size = size;
    }

    /** A copy of {@code bytes}. */
    public static Payload copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone(), 0, bytes.length);
    }

    /** A view of {@code bytes}, without a copy: the caller promises never to write to the array again. */
    public static Payload wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes, 0, bytes.length);
    }

    /** {@code text} in UTF-8. */
    public static Payload of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON array of {@code messages}, each of them one JSON text: the body that appends them as one batch. */
    public static Payload jsonArray(List<String> messages) {
        return of("[" + String.join(",", messages) + "]");
    }

    /** The bytes of all of these, one after the other. */
    static Payload concat(List<Payload> pieces) {
        if (pieces.size() == 1) {
            return pieces.get(0);
        }
        byte[] all = new byte[pieces.stream().mapToInt(Payload::size).reduce(0, Math::addExact)];
        int at = 0;
        for (Payload piece : pieces) {
            System.arraycopy(piece.bytes, piece.from, all, at, piece.size);
            at += piece.size;
        }
        return wrap(all);
    }

    /** A part of this payload that shares its bytes. */
    public Payload slice(int start, int length) {
        if (start < 0 || length < 0 || start > size - length) {
            throw new IndexOutOfBoundsException("slice " + start + "+" + length + " of " + size);
        }
        return length == 0 ? EMPTY : new Payload(bytes, from + start, length);
    }

    /** The number of bytes. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public byte byteAt(int index) {
        return bytes[from + Objects.checkIndex(index, size)];
    }

    /** The bytes as text; malformed UTF-8 becomes U+FFFD. */
    public String utf8() {
        return new String(bytes, from, size, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, from, from + size);
    }

    /** A read-only view. */
    public ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes, from, size).slice().asReadOnlyBuffer();
    }

    public InputStream toInputStream() {
        return new ByteArrayInputStream(bytes, from, size);
    }

    /** Sends the bytes without a copy. */
    BodyPublisher toBodyPublisher() {
        return BodyPublishers.ofByteArray(bytes, from, size);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, from, size);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && Arrays.equals(bytes, from, from + size, that.bytes, that.from, that.from + that.size);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = from; i < from + size; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** The size, never the content: payloads are people's conversations and do not belong in logs. */
    @Override
    public String toString() {
        return "Payload[" + size + " bytes]";
    }
}
