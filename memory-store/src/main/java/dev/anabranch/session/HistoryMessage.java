package dev.anabranch.session;

import dev.anabranch.stream.Offset;
import dev.langchain4j.data.message.ChatMessage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message of a session's history.
 *
 * @param id time-ordered and unique; the same in every branch that inherited the message
 * @param index its place in the full history, in the order of joining, system messages not counted; empty for a system
 *     message
 * @param role one of {@code USER}, {@code AI}, {@code SYSTEM}, {@code TOOL}, {@code CUSTOM}, {@code UNKNOWN}
 * @param message the message; empty if this version cannot read it
 * @param json the message as LangChain4j's codec wrote it
 * @param text its text as far as it has any, otherwise empty
 * @param time when it joined; empty if the entry does not say
 * @param offset the offset that follows the append that wrote it, or follows the message itself, as the server counts
 * @param position just after the message: what a fork {@link ForkPoint#after after} it starts from
 * @param inWindow whether the model sees it now
 * @param evictedFor why it left the window, such as {@code window}, {@code reset} or {@code rewind}; empty while it is
 *     in
 * @param forkable whether {@link ForkPoint#after after} it no tool call is open, so that a fork there needs no
 *     {@link OpenToolCalls} policy
 * @param inherited whether it was written to an ancestor
 * @param session the session it was written to: this one, or an ancestor
 * @param standsBefore the message that it was put before in the window, when it did not join at the end
 * @param headers further facts that its writer attached, such as provenance, as JSON values
 * @param problem what is wrong with it or was ignored on reading it; empty normally
 */
public record HistoryMessage(
        String id,
        OptionalInt index,
        String role,
        Optional<ChatMessage> message,
        String json,
        String text,
        Optional<Instant> time,
        Offset offset,
        Position position,
        boolean inWindow,
        Optional<String> evictedFor,
        boolean forkable,
        boolean inherited,
        String session,
        Optional<String> standsBefore,
        Map<String, Object> headers,
        Optional<String> problem) {

    public HistoryMessage {
        headers = Map.copyOf(headers);
    }

    /**
     * A place between two entries of a stream: {@code subOffset} entries past {@code offset}, within one append.
     *
     * @param offset one that the server has named
     */
    public record Position(Offset offset, long subOffset) {}
}
