package dev.anabranch.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.stream.Offset;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code headers} of an entry. */
public record EntryHeaders(ObjectNode node) {

    static final String OPERATION = "operation";
    static final String TIMESTAMP = "timestamp";
    static final String OFFSET = "offset";
    static final String CONTROL = "control";
    /** The same on all entries of one append, unless it is a single message, which its id tells apart. */
    static final String TXID = "txid";
    /** The message that this one stands before in the window. */
    static final String BEFORE = "before";
    /** Of a {@link SessionAppend}, on the first of its entries. */
    static final String IDEMPOTENCY_KEY = "idempotencyKey";
    /** See {@link MessageValue#exact}. */
    static final String EXACT = "exact";

    private static final Set<String> RESERVED =
            Set.of(OPERATION, TIMESTAMP, OFFSET, CONTROL, TXID, BEFORE, IDEMPOTENCY_KEY, EXACT);

    public static Map<String, Object> requireFree(Map<String, Object> headers) {
        for (String name : headers.keySet()) {
            if (RESERVED.contains(name)) {
                throw new IllegalArgumentException("header '" + name + "' is reserved");
            }
        }
        return headers;
    }

    public String operation() {
        return Json.text(node, OPERATION).orElse("");
    }

    /** What the server added on reading, if it does such a thing. */
    public Optional<Offset> offset() {
        try {
            return Json.text(node, OFFSET).map(Offset::new);
        } catch (IllegalArgumentException notFromAServer) {
            return Optional.empty();
        }
    }

    public Optional<Instant> time() {
        try {
            return Json.text(node, TIMESTAMP)
                    .map(text -> OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    public Optional<String> txid() {
        return Json.text(node, TXID);
    }

    public Optional<String> before() {
        return Json.text(node, BEFORE);
    }

    public Optional<String> idempotencyKey() {
        return Json.text(node, IDEMPOTENCY_KEY);
    }

    JsonNode exact() {
        return node.path(EXACT);
    }

    /** What applications attached. */
    public Map<String, Object> others() {
        if (node.size() <= 2) {
            return Map.of();
        }
        Map<String, Object> others = Json.toMap(node);
        others.keySet().removeAll(RESERVED);
        return others;
    }
}
