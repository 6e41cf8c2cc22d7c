package dev.anabranch.server.agent;

import dev.anabranch.stream.StreamName;
import java.util.Optional;

/**
 * A turn, as its stream tells it.
 *
 * @param text the message that is answered
 * @param stream holds the answer while it is made: Durable State change events of type {@code turn} (what became of it,
 *     {@code value.status}), {@code delta} ({@code value.text}, a piece of a message) and {@code segment} (the message
 *     is complete). Closed when the turn has ended
 * @param error why it failed
 */
public record TurnRecord(
        String id, String session, String text, TurnStatus status, StreamName stream, Optional<String> error) {}
