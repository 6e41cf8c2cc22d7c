package dev.anabranch.storage;

import dev.anabranch.stream.StreamName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/*
 * The layout of the ordered store. One letter says what an entry is:
 *
 *   m streamId position   a record
 *   p streamId producer   the last append of a producer
 *   i streamId            what never changes about a stream
 *   t streamId            its state
 *   a streamId            its last access, if later than the state says
 *   s name                the stream that holds a name
 *   f sourceId forkId     a fork; there is no other count of references
 *   e due streamId        when to look at a stream, by the engine's clock
 *   w time streamId       when to look at a stream, by the calendar
 *   c streamId            a deleted stream that may have no forks any more
 *   n key                 a note
 *   ! key                 the store's own
 *
 * Numbers are big-endian, so that keys sort by them.
 */
final class Keys {

    static final byte[] NEXT_ID = "!next".getBytes(StandardCharsets.UTF_8);

    private Keys() {}

    static byte[] record(long streamId, long position) {
        return pair('m', streamId, position);
    }

    static byte[] recordsEnd(long streamId) {
        return single('m', streamId + 1);
    }

    static long lastNumber(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    static byte[] producer(long streamId, String producerId) {
        byte[] id = producerId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + id.length)
                .put((byte) 'p')
                .putLong(streamId)
                .put(id)
                .array();
    }

    static byte[] producers(long streamId) {
        return single('p', streamId);
    }

    static byte[] producersEnd(long streamId) {
        return single('p', streamId + 1);
    }

    static byte[] identity(long streamId) {
        return single('i', streamId);
    }

    static byte[] state(long streamId) {
        return single('t', streamId);
    }

    static byte[] accessed(long streamId) {
        return single('a', streamId);
    }

    static byte[] name(StreamName name) {
        return names(name.value());
    }

    static byte[] names(String prefix) {
        byte[] text = prefix.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put((byte) 's').put(text).array();
    }

    static byte[] fork(long sourceId, long forkId) {
        return pair('f', sourceId, forkId);
    }

    static byte[] forks(long sourceId) {
        return single('f', sourceId);
    }

    static byte[] forksEnd(long sourceId) {
        return single('f', sourceId + 1);
    }

    static byte[] due(long due, long streamId) {
        return pair('e', due, streamId);
    }

    static byte[] expiring(Instant time, long streamId) {
        // Seconds may be negative; flipping the sign bit makes them sort as unsigned.
        return pair('w', time.getEpochSecond() ^ Long.MIN_VALUE, streamId);
    }

    static byte[] collectable(long streamId) {
        return single('c', streamId);
    }

    static byte[] note(String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put((byte) 'n').put(text).array();
    }

    /** The first key of a kind. */
    static byte[] first(char kind) {
        return new byte[] {(byte) kind};
    }

    /** The key after all that begin with {@code prefix}. */
    static byte[] after(byte[] prefix) {
        int end = prefix.length;
        while (prefix[end - 1] == (byte) 0xff) {
            end--;
        }
        byte[] next = Arrays.copyOf(prefix, end);
        next[end - 1]++;
        return next;
    }

    /** The key right after {@code key}. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static byte[] single(char kind, long number) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) kind)
                .putLong(number)
                .array();
    }

    private static byte[] pair(char kind, long first, long second) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put((byte) kind)
                .putLong(first)
                .putLong(second)
                .array();
    }
}
