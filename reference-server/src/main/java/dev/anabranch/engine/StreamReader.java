package dev.anabranch.engine;

import dev.anabranch.storage.StoredRecord;
import dev.anabranch.storage.StreamState;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads streams, across the forks that they consist of. */
final class StreamReader {

    private final StreamStorage storage;
    private final Damage damage;

    StreamReader(StreamStorage storage, Damage damage) {
        this.storage = storage;
        this.damage = damage;
    }

    /**
     * Reads from an offset to the tail, at most about {@code bytesMax} bytes but one record at least.
     *
     * @throws InvalidRequestException if the server never named this offset
     */
    StreamRead read(StreamCell cell, Offset from, int bytesMax) {
        StreamState state = cell.committed();
        StreamRead known = cell.lastRead().find(from, state, bytesMax);
        if (known != null) {
            return known;
        }
        long start = Positions.position(from, state.tail());
        ContentType type = cell.stream().contentType();
        List<Payload> payloads = new ArrayList<>();
        long position = start;
        int bytes = 0;
        while (position < state.tail() && (bytes == 0 || bytes < bytesMax)) {
            Lineage.Segment segment = cell.lineage().segment(position, state.tail());
            List<StoredRecord> records =
                    storage.read(segment.streamId(), position, segment.to(), Math.max(1, bytesMax - bytes));
            if (position == start) {
                requireFirst(cell, segment, position, records);
            }
            for (StoredRecord record : records) {
                Records.Piece piece = Records.read(record);
                if (piece.position() != position) {
                    records = List.of();
                    break;
                }
                long end = Math.min(position + piece.length(type), segment.to());
                Payload payload =
                        type.isJson() ? piece.message() : piece.payload().slice(0, (int) (end - position));
                payloads.add(payload);
                bytes += payload.size();
                position = end;
            }
            if (records.isEmpty()) {
                // A record is missing here: give what lies before it. A read from here will say so.
                break;
            }
        }
        boolean upToDate = position == state.tail();
        StreamPage page = new StreamPage(
                from,
                type.isJson() ? payloads : joined(payloads, bytes),
                Positions.offset(position),
                upToDate,
                upToDate && state.closed());
        StreamRead read = new StreamRead(cell.status(state), page);
        // What is the sources' may be redacted there, and nothing here changes then.
        boolean isOwn = start >= cell.lineage().from();
        if (isOwn && upToDate && bytes > 0) {
            cell.lastRead().keep(from, state, bytes, read);
        }
        return read;
    }

    /**
     * The position that lies {@code subOffset} past an anchor, within the append that follows it.
     *
     * @throws InvalidRequestException if the server never named the anchor, or the append ends before that
     */
    long advance(StreamCell cell, long anchor, long subOffset) {
        long tail = cell.committed().tail();
        if (anchor == tail || isBoundary(cell, anchor)) {
            if (subOffset == 0) {
                return anchor;
            }
            if (anchor == tail) {
                throw new InvalidRequestException("sub-offset reaches beyond the tail");
            }
        }
        Lineage.Segment segment = cell.lineage().segment(anchor, tail);
        List<StoredRecord> records = storage.read(segment.streamId(), anchor, segment.to(), 1);
        requireFirst(cell, segment, anchor, records);
        Records.Piece piece = Records.read(records.get(0));
        long appendEnd = anchor + piece.length(cell.stream().contentType()) + piece.following();
        long reach = Math.min(appendEnd, segment.to()) - anchor;
        if (subOffset > reach) {
            throw new InvalidRequestException("sub-offset reaches beyond the append, which ends after " + reach);
        }
        return anchor + subOffset;
    }

    /**
     * Makes sure that a stream's own records end where its tail is. A log that was damaged at its end loses records
     * without a word. One that is removed meanwhile has none, and is whole: whoever writes to it will find out.
     */
    void requireWhole(StreamCell cell) {
        while (true) {
            long tail = storedTail(cell);
            if (tail < 0) {
                return;
            }
            long end = storage.lastBefore(cell.id(), Long.MAX_VALUE)
                    .map(last -> endOf(last, cell))
                    .orElse(cell.lineage().from());
            if (end == tail) {
                return;
            }
            if (storedTail(cell) == tail) {
                throw missing(cell, end);
            }
        }
    }

    private long storedTail(StreamCell cell) {
        return storage.stream(cell.id()).map(stream -> stream.state().tail()).orElse(-1L);
    }

    private boolean isBoundary(StreamCell cell, long position) {
        return cell.stream().contentType().isJson()
                || position == 0
                || position == cell.lineage().from();
    }

    private void requireFirst(StreamCell cell, Lineage.Segment segment, long position, List<StoredRecord> records) {
        if (!records.isEmpty() && records.get(0).position() == position) {
            return;
        }
        Optional<StoredRecord> before = storage.lastBefore(segment.streamId(), position);
        boolean isInside = before.isPresent() && endOf(before.get(), cell) > position;
        if (isInside) {
            throw new InvalidRequestException(
                    "offset '" + Positions.offset(position) + "' is not one that was given out");
        }
        throw missing(cell, position);
    }

    private static long endOf(StoredRecord record, StreamCell cell) {
        Records.Piece piece = Records.read(record);
        return piece.position() + piece.length(cell.stream().contentType());
    }

    private static List<Payload> joined(List<Payload> pieces, int bytes) {
        if (pieces.size() <= 1) {
            return pieces;
        }
        byte[] whole = new byte[bytes];
        int at = 0;
        for (Payload piece : pieces) {
            piece.toByteBuffer().get(whole, at, piece.size());
            at += piece.size();
        }
        return List.of(Payload.wrap(whole));
    }

    /** What it means that a record is not there: its stream was just removed, or the store has lost it. */
    private DurableStreamsException missing(StreamCell cell, long position) {
        return storage.stream(cell.id()).isEmpty() ? new StreamNotFoundException(cell.name()) : damaged(cell, position);
    }

    private StreamsUnavailableException damaged(StreamCell cell, long position) {
        return damage.found("stream '" + cell.name() + "' is damaged: its records end or break off at offset "
                + Positions.offset(position) + ", before its tail");
    }
}
