package dev.anabranch.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.Offset;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An entry of a session's stream that is not a message: an outcome of a fan-out, a receipt, a usage record, a note.
 * Readers pass over types they do not know.
 *
 * @param type such as {@code fanout}, {@code bring-forward}, {@code usage}, {@code turn}, {@code note}; none of the
 *     types that make up the session itself
 * @param key tells entities of one type apart; a later entry of the same type and key replaces the earlier for readers
 *     that keep state
 * @param value any JSON
 * @param headers further facts, as JSON values
 * @param time when it was written; set on reading
 * @param offset as {@link HistoryMessage#offset}; set on reading
 */
public record TypedEntry(
        String type,
        String key,
        JsonNode value,
        Map<String, Object> headers,
        Optional<Instant> time,
        Optional<Offset> offset) {

    private static final Set<String> RESERVED = Set.of("session", "message", "evicted", "reset");

    public TypedEntry {
        if (type.isBlank() || key.isBlank()) {
            throw new IllegalArgumentException("entry has a blank type or key");
        }
        if (RESERVED.contains(type)) {
            throw new IllegalArgumentException("entry type '" + type + "' is reserved");
        }
        value = value.deepCopy();
        headers = Map.copyOf(headers);
    }

    public static boolean isFree(String type) {
        return !RESERVED.contains(type);
    }

    public static TypedEntry of(String type, String key, JsonNode value) {
        return new TypedEntry(type, key, value, Map.of(), Optional.empty(), Optional.empty());
    }
}
