package dev.anabranch.session;

import dev.anabranch.entry.TypedEntry;
import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to append to a session, in one append: all of it or nothing.
 *
 * @param messages join history and the end of the window, in this order
 * @param headers attached to each of the messages, as JSON values; come back as {@link HistoryMessage#headers}
 * @param entries follow the messages
 * @param idempotencyKey a second append of the same key to the same session changes nothing and answers what the first
 *     one did. At most 256 characters
 * @param beforeOpenToolCalls if the window ends in tool calls that are not all answered, the messages stand before the
 *     one that asks for them and not at the end: providers refuse what parts a call from its result
 * @param evictions messages that leave the window, by id, and why; the history keeps them. Those that are not in the
 *     window do not count
 */
public record SessionAppend(
        List<ChatMessage> messages,
        Map<String, Object> headers,
        List<TypedEntry> entries,
        Optional<String> idempotencyKey,
        boolean beforeOpenToolCalls,
        Map<String, String> evictions) {

    public SessionAppend {
        messages = List.copyOf(messages);
        headers = Map.copyOf(headers);
        entries = List.copyOf(entries);
        evictions = Map.copyOf(evictions);
        if (messages.isEmpty() && entries.isEmpty() && evictions.isEmpty()) {
            throw new IllegalArgumentException("append is empty");
        }
        if (idempotencyKey.filter(key -> key.isBlank() || key.length() > 256).isPresent()) {
            throw new IllegalArgumentException("idempotency key is not 1 to 256 characters long");
        }
    }

    public static SessionAppend messages(List<? extends ChatMessage> messages) {
        return new SessionAppend(List.copyOf(messages), Map.of(), List.of(), Optional.empty(), false, Map.of());
    }

    public static SessionAppend entry(TypedEntry entry) {
        return new SessionAppend(List.of(), Map.of(), List.of(entry), Optional.empty(), false, Map.of());
    }

    public SessionAppend withHeaders(Map<String, Object> headers) {
        return new SessionAppend(messages, headers, entries, idempotencyKey, beforeOpenToolCalls, evictions);
    }

    public SessionAppend withEntry(TypedEntry entry) {
        List<TypedEntry> more = new ArrayList<>(entries);
        more.add(entry);
        return new SessionAppend(messages, headers, more, idempotencyKey, beforeOpenToolCalls, evictions);
    }

    public SessionAppend withIdempotencyKey(String key) {
        return new SessionAppend(messages, headers, entries, Optional.of(key), beforeOpenToolCalls, evictions);
    }

    /** See {@link #beforeOpenToolCalls}. */
    public SessionAppend withMessagesBeforeOpenToolCalls() {
        return new SessionAppend(messages, headers, entries, idempotencyKey, true, evictions);
    }

    /** With a message that leaves the window. */
    public SessionAppend withEviction(String messageId, String reason) {
        Map<String, String> more = new HashMap<>(evictions);
        more.put(messageId, reason);
        return new SessionAppend(messages, headers, entries, idempotencyKey, beforeOpenToolCalls, more);
    }
}
