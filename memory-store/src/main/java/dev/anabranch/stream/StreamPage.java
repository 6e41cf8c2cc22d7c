package dev.anabranch.stream;

import java.util.List;

/**
 * A piece of a stream, as one read returns it (PROTOCOL.md section 5.6).
 *
 * @param from where the piece begins: the offset that was asked for
 * @param messages for JSON each message, as stored, save that a server may add {@code headers.offset} to Durable State
 *     change events: the offset just after the message, or after the append that wrote it. For other types the bytes,
 *     in one payload or none
 * @param next where to read on
 * @param upToDate whether the piece reaches the tail as it was when the server looked
 * @param closed whether the piece reaches the end of a closed stream: nothing will ever follow
 */
public record StreamPage(Offset from, List<Payload> messages, Offset next, boolean upToDate, boolean closed) {

    public StreamPage {
        messages = List.copyOf(messages);
    }
}
