package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the entries of one append, as Durable State change events. */
final class EntryWriter {

    private final String txid;
    private final String timestamp;
    private final Optional<String> idempotencyKey;
    private final List<String> entries = new ArrayList<>();

    /** @param txid put on every entry; empty for none */
    EntryWriter(String txid, Instant time, Optional<String> idempotencyKey) {
        this.txid = txid;
        this.timestamp = time.toString();
        this.idempotencyKey = idempotencyKey;
    }

    List<String> entries() {
        return entries;
    }

    void message(String id, MessageValue value, Optional<String> before, Map<String, Object> others) {
        ObjectNode headers = headers("insert");
        before.ifPresent(other -> headers.put(EntryHeaders.BEFORE, other));
        if (!value.exact().isMissingNode()) {
            headers.set(EntryHeaders.EXACT, value.exact());
        }
        others.forEach((name, fact) -> headers.set(name, Json.toNode(fact)));
        add("message", id, value.json(), headers);
    }

    void evicted(String id, String reason) {
        add("evicted", id, "{\"reason\":" + Json.quote(reason) + "}", headers("insert"));
    }

    void broughtBack(String id, Optional<String> before) {
        ObjectNode headers = headers("delete");
        before.ifPresent(other -> headers.put(EntryHeaders.BEFORE, other));
        entries.add("{\"type\":\"evicted\",\"key\":" + Json.quote(id) + ",\"headers\":" + Json.write(headers) + "}");
    }

    /**
     * The control message, and a change event beside it: only change events carry an id, and get an offset from the
     * server.
     */
    void reset(String id) {
        entries.add("{\"headers\":{\"control\":\"reset\"}}");
        add("reset", id, "{}", headers("insert"));
    }

    void session(String id, String operation, JsonNode value) {
        add("session", id, Json.write(value), headers(operation));
    }

    void other(TypedEntry entry) {
        ObjectNode headers = headers("insert");
        entry.headers().forEach((name, fact) -> headers.set(name, Json.toNode(fact)));
        add(entry.type(), entry.key(), Json.write(entry.value()), headers);
    }

    private ObjectNode headers(String operation) {
        ObjectNode headers = Json.object();
        headers.put(EntryHeaders.OPERATION, operation);
        headers.put(EntryHeaders.TIMESTAMP, timestamp);
        if (!txid.isEmpty()) {
            headers.put(EntryHeaders.TXID, txid);
        }
        if (entries.isEmpty()) {
            idempotencyKey.ifPresent(key -> headers.put(EntryHeaders.IDEMPOTENCY_KEY, key));
        }
        return headers;
    }

    private void add(String type, String key, String value, ObjectNode headers) {
        entries.add("{\"type\":" + Json.quote(type) + ",\"key\":" + Json.quote(key) + ",\"value\":" + value
                + ",\"headers\":" + Json.write(headers) + "}");
    }
}
