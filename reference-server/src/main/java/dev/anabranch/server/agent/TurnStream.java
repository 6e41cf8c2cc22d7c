package dev.anabranch.server.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stream of one turn: {@code turns/SESSION/TURN}. Gone a day after it was last read. */
final class TurnStream {

    static final String FOLDER = "turns/";

    private static final Duration KEPT = Duration.ofDays(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableStreams streams;
    private final StreamName name;

    TurnStream(DurableStreams streams, StreamName name) {
        this.streams = streams;
        this.name = name;
    }

    static StreamName name(String session, String turn) {
        return new StreamName(FOLDER + session + "/" + turn);
    }

    StreamName name() {
        return name;
    }

    void create(String text) {
        ObjectNode value = JSON.createObjectNode();
        value.put("status", TurnStatus.RUNNING.word());
        value.put("session", session());
        value.put("text", text);
        streams.create(
                name,
                CreateRequest.JSON
                        .withExpiry(Expiry.ttl(KEPT))
                        .withBody(Payload.jsonArray(List.of(event("turn", id(), "insert", value)))));
    }

    /** Appends a piece of the answer and the ends of messages in it. */
    void append(List<TurnPiece> pieces, long firstKey) {
        List<String> events = new ArrayList<>();
        for (TurnPiece piece : pieces) {
            ObjectNode value = JSON.createObjectNode();
            piece.text().ifPresent(text -> value.put("text", text));
            String type = piece.text().isPresent() ? "delta" : "segment";
            events.add(event(type, Long.toString(firstKey + events.size()), "insert", value));
        }
        streams.append(name, AppendRequest.json(events));
    }

    /** Says what became of the turn, for good. Does nothing if that has been said. */
    void end(TurnStatus status, Optional<String> error) {
        ObjectNode value = JSON.createObjectNode();
        value.put("status", status.word());
        value.put("session", session());
        error.ifPresent(message -> value.put("error", message));
        AppendResult result = streams.append(
                name,
                AppendRequest.json(List.of(event("turn", id(), "update", value)))
                        .withClose());
        if (!(result instanceof AppendResult.Appended) && !(result instanceof AppendResult.StreamClosed)) {
            throw new AssertionError("ending a turn gave " + result);
        }
    }

    boolean isEnded() {
        return streams.head(name).map(head -> head.closed()).orElse(true);
    }

    /** The turn as the stream tells it; empty if there is none. */
    Optional<TurnRecord> read() {
        String text = "";
        TurnStatus status = TurnStatus.RUNNING;
        Optional<String> error = Optional.empty();
        if (streams.head(name).isEmpty()) {
            return Optional.empty();
        }
        for (JsonNode event : events()) {
            if (!event.path("type").asText().equals("turn")) {
                continue;
            }
            JsonNode value = event.path("value");
            text = value.path("text").asText(text);
            String word = value.path("status").asText();
            for (TurnStatus candidate : TurnStatus.values()) {
                status = candidate.word().equals(word) ? candidate : status;
            }
            error = value.hasNonNull("error") ? Optional.of(value.get("error").asText()) : error;
        }
        return Optional.of(new TurnRecord(id(), session(), text, status, name, error));
    }

    private List<JsonNode> events() {
        List<JsonNode> events = new ArrayList<>();
        Offset from = Offset.BEGINNING;
        while (true) {
            StreamPage page = streams.read(name, from);
            for (Payload message : page.messages()) {
                events.add(parse(message));
            }
            if (page.upToDate() || page.messages().isEmpty()) {
                return events;
            }
            from = page.next();
        }
    }

    private String id() {
        return name.value().substring(name.value().lastIndexOf('/') + 1);
    }

    private String session() {
        return name.value().substring(FOLDER.length(), name.value().lastIndexOf('/'));
    }

    private static String event(String type, String key, String operation, ObjectNode value) {
        ObjectNode event = JSON.createObjectNode();
        event.put("type", type);
        event.put("key", key);
        event.set("value", value);
        event.putObject("headers").put("operation", operation);
        return event.toString();
    }

    private static JsonNode parse(Payload message) {
        try {
            return JSON.readTree(message.utf8());
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a JSON stream holds something that is not JSON", broken);
        }
    }
}
