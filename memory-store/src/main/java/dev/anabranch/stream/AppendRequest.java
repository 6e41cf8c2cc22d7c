package dev.anabranch.stream;

import java.util.List;
import java.util.Optional;

/**
 * One append (PROTOCOL.md section 5.2): written whole or not at all.
 *
 * @param contentType the type of {@code body}; must match the stream's unless the body is empty
 * @param body what to append; for JSON a message or an array of messages, each element of which becomes a message.
 *     Empty only together with {@code close}
 * @param producer makes a retry of this append harmless
 * @param sequence the {@code Stream-Seq}: the append is refused unless this is greater, byte by byte, than that of
 *     every earlier append to the stream
 * @param close whether the stream takes no more appends after this one
 */
public record AppendRequest(
        ContentType contentType, Payload body, Optional<Producer> producer, Optional<String> sequence, boolean close) {

    public AppendRequest {
        if (body.isEmpty() && !close) {
            throw new IllegalArgumentException("append is empty");
        }
    }

    /** Appends {@code messages}, each one JSON text, as one batch. */
    public static AppendRequest json(List<String> messages) {
        return of(ContentType.JSON, Payload.jsonArray(messages));
    }

    public static AppendRequest of(ContentType contentType, Payload body) {
        return new AppendRequest(contentType, body, Optional.empty(), Optional.empty(), false);
    }

    /** Closes the stream and appends nothing. */
    public static AppendRequest closing() {
        return new AppendRequest(ContentType.OCTET_STREAM, Payload.EMPTY, Optional.empty(), Optional.empty(), true);
    }

    public AppendRequest withProducer(Producer producer) {
        return new AppendRequest(contentType, body, Optional.of(producer), sequence, close);
    }

    public AppendRequest withSequence(String sequence) {
        return new AppendRequest(contentType, body, producer, Optional.of(sequence), close);
    }

    public AppendRequest withClose() {
        return new AppendRequest(contentType, body, producer, sequence, true);
    }
}
