package dev.anabranch.server.streams;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that arrive piece by piece. They are kept in parts until all have come, so that no array is ever copied to a
 * larger one: what is held is what has arrived and at most one part more. Not safe for use by many threads.
 */
final class CollectedBytes {

    private static final int PART_BYTES_MIN = 8 << 10;
    private static final int PART_BYTES_MAX = 128 << 10;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] part = new byte[0];
    private int used; // of the part
    private int size;

    int size() {
        return size;
    }

    /** Takes all that remains in {@code bytes}. */
    void add(ByteBuffer bytes) {
        size += bytes.remaining();
        while (bytes.hasRemaining()) {
            if (used == part.length) {
                begin(bytes.remaining());
            }
            int count = Math.min(bytes.remaining(), part.length - used);
            bytes.get(part, used, count);
            used += count;
        }
    }

    /** All bytes so far; they are collected no longer. */
    byte[] take() {
        byte[] all = full.isEmpty() && used == part.length ? part : joined();
        clear();
        return all;
    }

    void clear() {
        full.clear();
        part = new byte[0];
        used = 0;
        size = 0;
    }

    private void begin(int wanted) {
        if (used == 0) {
            part = new byte[wanted]; // most bodies come in one piece
            return;
        }
        full.add(part);
        int more = Math.max(PART_BYTES_MIN, Math.max(wanted, size / 2));
        part = new byte[Math.min(PART_BYTES_MAX, more)];
        used = 0;
    }

    private byte[] joined() {
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] each : full) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        System.arraycopy(part, 0, all, at, used);
        return all;
    }
}
