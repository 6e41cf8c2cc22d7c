package dev.anabranch.engine;

import dev.anabranch.storage.StoredRecord;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.Payload;
import java.util.List;
import java.util.Optional;

/** The checked content of one append. */
final class Content {

    static final Content NONE = new Content(Payload.EMPTY, List.of(), 0);

    private final Payload body;
    private final List<JsonMessage> messages;
    private final long length;

    private Content(Payload body, List<JsonMessage> messages, long length) {
        this.body = body;
        this.messages = messages;
        this.length = length;
    }

    /** The first content of a stream, which may be none: an empty body, or an empty JSON array. */
    static Content first(ContentType type, Payload body, EngineOptions limits) {
        if (body.isEmpty()) {
            return NONE;
        }
        requireSize(body, limits);
        if (!type.isJson()) {
            return new Content(body, List.of(), body.size());
        }
        List<JsonMessage> messages = JsonMessages.of(body, limits);
        // An empty array has bytes and no message: a record of its bytes would lie beyond the tail.
        return messages.isEmpty() ? NONE : new Content(body, messages, messages.size());
    }

    /** What is appended to a stream later. An empty JSON array is a mistake then. */
    static Content appended(ContentType type, Payload body, EngineOptions limits) {
        Content content = first(type, body, limits);
        if (content.length == 0 && !body.isEmpty()) {
            throw new InvalidRequestException("append is an empty array");
        }
        return content;
    }

    /** How many positions it takes. */
    long length() {
        return length;
    }

    int bytes() {
        return body.size();
    }

    List<StoredRecord> records(long position) {
        return messages.isEmpty() ? Records.ofBytes(position, body) : Records.ofMessages(position, messages);
    }

    private static void requireSize(Payload body, EngineOptions limits) {
        if (body.size() > limits.batchBytesMax()) {
            throw new LimitExceededException(
                    Limit.SIZE, "body is longer than " + limits.batchBytesMax() + " bytes", Optional.empty());
        }
    }
}
