package dev.anabranch.session;

import dev.anabranch.stream.Offset;
import java.util.List;

/**
 * What an append did.
 *
 * @param messages the messages as they joined the history
 * @param repeated whether an earlier append of the same idempotency key had done it already
 * @param tail the session's tail as the append left it, or as it is now if {@code repeated}
 */
public record Appended(List<HistoryMessage> messages, boolean repeated, Offset tail) {

    public Appended {
        messages = List.copyOf(messages);
    }
}
