package dev.anabranch.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the entries of one append, as Durable State change events. */
public final class EntryWriter {

    private final String txid;
    private final String timestamp;
    private final Optional<String> idempotencyKey;
    private final List<String> entries = new ArrayList<>();

    /** @param txid put on every entry; empty for none */
    public EntryWriter(String txid, Instant time, Optional<String> idempotencyKey) {
        this.txid = txid;
        this.timestamp = time.toString();
        this.idempotencyKey = idempotencyKey;
    }

    public List<String> entries() {
        return entries;
    }

    public void message(String id, MessageValue value, Optional<String> before, Map<String, Object> others) {
        ObjectNode headers = headers("insert");
        before.ifPresent(other -> headers.put(EntryHeaders.BEFORE, other));
        if (!value.exact().isMissingNode()) {
            headers.set(EntryHeaders.EXACT, value.exact());
        }
        others.forEach((name, fact) -> headers.set(name, Json.toNode(fact)));
        add("message", id, value.json(), headers);
    }

    public void evicted(String id, String reason) {
        add("evicted", id, "{\"reason\":" + Json.quote(reason) + "}", headers("insert"));
    }

    public void broughtBack(String id, Optional<String> before) {
        ObjectNode headers = headers("delete");
        before.ifPresent(other -> headers.put(EntryHeaders.BEFORE, other));
        addWithoutValue("evicted", id, headers);
    }

    /**
     * The control message, and a change event beside it: only change events carry an id, and get an offset from the
     * server.
     */
    public void reset(String id) {
        entries.add("{\"headers\":{\"control\":\"reset\"}}");
        add("reset", id, "{}", headers("insert"));
    }

    public void session(String id, String operation, JsonNode value) {
        add("session", id, Json.write(value), headers(operation));
    }

    public void other(TypedEntry entry) {
        ObjectNode headers = headers("insert");
        entry.headers().forEach((name, fact) -> headers.set(name, Json.toNode(fact)));
        add(entry.type(), entry.key(), Json.write(entry.value()), headers);
    }

    /** An entry as it was read, for another stream: with everything but the offset that a server noted on it. */
    public void again(Entry entry) {
        ObjectNode headers = entry.headers().node().deepCopy();
        headers.remove(EntryHeaders.OFFSET);
        if (entry instanceof Entry.Message message) {
            add("message", message.id(), message.value().json(), headers);
        } else if (entry instanceof Entry.Evicted evicted) {
            add("evicted", evicted.id(), "{\"reason\":" + Json.quote(evicted.reason()) + "}", headers);
        } else if (entry instanceof Entry.BroughtBack back) {
            addWithoutValue("evicted", back.id(), headers);
        } else if (entry instanceof Entry.Other other && other.value().isMissingNode()) {
            addWithoutValue(other.type(), other.key(), headers);
        } else if (entry instanceof Entry.Other other) {
            add(other.type(), other.key(), Json.write(other.value()), headers);
        } else if (entry instanceof Entry.Session session) {
            add("session", session.id(), Json.write(session.value()), headers);
        } else if (entry instanceof Entry.Reset) {
            entries.add("{\"headers\":" + Json.write(headers) + "}");
        } else if (entry instanceof Entry.Damaged damaged) {
            entries.add(damaged.raw());
        } else {
            throw new AssertionError("no JSON for " + entry);
        }
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

    private void addWithoutValue(String type, String key, ObjectNode headers) {
        entries.add("{\"type\":" + Json.quote(type) + ",\"key\":" + Json.quote(key) + ",\"headers\":"
                + Json.write(headers) + "}");
    }
}
