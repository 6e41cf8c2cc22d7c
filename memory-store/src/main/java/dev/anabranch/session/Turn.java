package dev.anabranch.session;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.Json;
import dev.anabranch.entry.TypedEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * One call of an agent, from the person's message to the answer, as a session records it in entries of type
 * {@value #ENTRY_TYPE} when the call has ended.
 *
 * @param id the same for nothing else; usage entries of the turn name it under {@code turn}
 * @param service what was called, such as {@code com.example.Assistant.chat}
 * @param started when the call began; the entry's own time tells when it ended
 * @param failure the class of what was thrown; empty if the call succeeded
 */
public record Turn(String id, String service, Instant started, Optional<String> failure) {

    /** The type of a session's entries that record turns. */
    public static final String ENTRY_TYPE = "turn";

    /** The entry that records this. */
    public TypedEntry toEntry() {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.put("service", service);
        value.put("started", started.toString());
        failure.ifPresent(thrown -> value.put("failure", thrown));
        return TypedEntry.of(ENTRY_TYPE, id, value);
    }

    /** The turn that an entry records, if it does. */
    public static Optional<Turn> of(TypedEntry entry) {
        if (!entry.type().equals(ENTRY_TYPE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Turn(
                    entry.key(),
                    Json.text(entry.value(), "service").orElse(""),
                    Instant.parse(Json.text(entry.value(), "started").orElse("")),
                    Json.text(entry.value(), "failure")));
        } catch (DateTimeException anotherProgramsTurn) {
            return Optional.empty();
        }
    }
}
