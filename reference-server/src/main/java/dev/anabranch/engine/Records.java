package dev.anabranch.engine;

import dev.anabranch.storage.StoredRecord;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The content of an append as records, and back. */
final class Records {

    /*
     * A JSON message is a record. Any other body is cut into records of bounded size. Before the payload of a record
     * stand: one byte that says whether there is an offset slot; how many positions of the same append follow the
     * record, so that one look tells how far a sub-offset may reach; and the slot, if any.
     */

    static final int PIECE_BYTES_MAX = 64 << 10;
    private static final int SLOT = 1;
    private static final int HEADER_BYTES_MAX = 32;

    private Records() {}

    /**
     * A record, read.
     *
     * @param following how many positions of the same append come after it
     */
    record Piece(long position, long following, Optional<OffsetSlot> slot, Payload payload) {

        /** How many positions it takes. */
        int length(ContentType type) {
            return type.isJson() ? 1 : payload.size();
        }

        /** The message as a reader gets it. */
        Payload message() {
            return slot.isPresent() ? slot.get().fill(payload, position + 1) : payload;
        }
    }

    static List<StoredRecord> ofMessages(long position, List<JsonMessage> messages) {
        List<StoredRecord> records = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            JsonMessage message = messages.get(i);
            records.add(
                    new StoredRecord(position + i, content(messages.size() - 1L - i, message.slot(), message.text())));
        }
        return records;
    }

    static List<StoredRecord> ofBytes(long position, Payload body) {
        List<StoredRecord> records = new ArrayList<>(1 + body.size() / PIECE_BYTES_MAX);
        for (int start = 0; start < body.size(); start += PIECE_BYTES_MAX) {
            int length = Math.min(PIECE_BYTES_MAX, body.size() - start);
            long following = body.size() - start - (long) length;
            records.add(new StoredRecord(
                    position + start, content(following, Optional.empty(), body.slice(start, length))));
        }
        return records;
    }

    /** A record with another message in the place of {@code piece}. */
    static StoredRecord replaced(Piece piece, JsonMessage message) {
        return new StoredRecord(piece.position(), content(piece.following(), message.slot(), message.text()));
    }

    static Piece read(StoredRecord record) {
        Payload content = record.content();
        Cursor cursor = new Cursor(content);
        boolean slotted = cursor.number() == SLOT;
        long following = cursor.number();
        Optional<OffsetSlot> slot =
                slotted ? Optional.of(new OffsetSlot((int) cursor.number(), (int) cursor.number())) : Optional.empty();
        return new Piece(record.position(), following, slot, content.slice(cursor.at, content.size() - cursor.at));
    }

    private static Payload content(long following, Optional<OffsetSlot> slot, Payload payload) {
        byte[] header = new byte[HEADER_BYTES_MAX];
        int size = write(header, 0, slot.isPresent() ? SLOT : 0);
        size = write(header, size, following);
        if (slot.isPresent()) {
            size = write(header, size, slot.get().at());
            size = write(header, size, slot.get().replaced());
        }
        byte[] content = new byte[size + payload.size()];
        System.arraycopy(header, 0, content, 0, size);
        payload.toByteBuffer().get(content, size, payload.size());
        return Payload.wrap(content);
    }

    /** Seven bits to a byte, the lowest first; the high bit says that more follow. */
    private static int write(byte[] to, int at, long number) {
        int next = at;
        long rest = number;
        while (rest > 0x7f) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        return next;
    }

    private static final class Cursor {

        private final Payload content;
        private int at;

        Cursor(Payload content) {
            this.content = content;
        }

        long number() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = content.byteAt(at++);
                number |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return number;
                }
            }
        }
    }
}
