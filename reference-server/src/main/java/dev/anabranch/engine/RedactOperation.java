package dev.anabranch.engine;

import dev.anabranch.storage.StoredRecord;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Puts other messages in the places of some that a JSON stream has. */
final class RedactOperation extends Operation<Integer> {

    private static final int READ_BYTES = 1 << 20;

    private final StreamName name;
    private final UnaryOperator<Payload> redaction;
    private final StreamDirectory streams;
    private final StreamStorage storage;
    private final EngineOptions limits;

    RedactOperation(
            StreamName name,
            UnaryOperator<Payload> redaction,
            StreamDirectory streams,
            StreamStorage storage,
            EngineOptions limits) {
        this.name = name;
        this.redaction = redaction;
        this.streams = streams;
        this.storage = storage;
        this.limits = limits;
    }

    @Override
    void attempt() {
        StreamCell cell = streams.live(name);
        if (!cell.stream().contentType().isJson()) {
            throw new InvalidRequestException("stream '" + name + "' has no messages, but bytes");
        }
        List<StoredRecord> redacted = redacted(cell);
        if (redacted.isEmpty()) {
            complete(0);
        } else {
            cell.rewrite(this, redacted).run();
        }
    }

    /** Records never change otherwise, so they can be read before the stream is locked. */
    private List<StoredRecord> redacted(StreamCell cell) {
        List<StoredRecord> redacted = new ArrayList<>();
        long tail = cell.committed().tail();
        long next = cell.lineage().from();
        while (next < tail) {
            List<StoredRecord> records = storage.read(cell.id(), next, tail, READ_BYTES);
            if (records.isEmpty()) {
                return redacted;
            }
            for (StoredRecord record : records) {
                Records.Piece piece = Records.read(record);
                Payload wanted = redaction.apply(piece.payload());
                if (!wanted.equals(piece.payload())) {
                    redacted.add(Records.replaced(piece, only(wanted)));
                }
                next = record.position() + 1;
            }
        }
        return redacted;
    }

    private JsonMessage only(Payload text) {
        List<JsonMessage> messages = JsonMessages.of(text, limits);
        if (messages.size() != 1) {
            throw new InvalidRequestException("a message is replaced by one message, not " + messages.size());
        }
        return messages.get(0);
    }
}
