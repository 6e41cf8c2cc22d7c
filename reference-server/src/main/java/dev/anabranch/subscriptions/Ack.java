package dev.anabranch.subscriptions;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.util.List;

/**
 * What a worker says of a wake (PROTOCOL.md sections 7.1 and 7.2).
 *
 * @param token the bearer token of the claim or of the webhook
 * @param done whether the worker is through with this wake
 */
public record Ack(String token, String wakeId, long generation, List<Processed> processed, boolean done) {

    /** Everything in {@code stream} up to and including {@code offset} is processed. */
    public record Processed(StreamName stream, Offset offset) {}

    public Ack {
        processed = List.copyOf(processed);
    }
}
