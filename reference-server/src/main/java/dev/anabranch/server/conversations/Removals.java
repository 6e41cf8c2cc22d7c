package dev.anabranch.server.conversations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.InternalStreams;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Notes of removals that take several steps, made before the first and crossed out after the last. What a crash, or a
 * disk that takes no more, interrupts is found here at the next start.
 */
final class Removals {

    private static final String FOLDER = "removals/";
    private static final int NOTES = 500;
    private static final int READ_BYTES = 32 << 20;

    private final StreamEngine engine;

    Removals(StreamEngine engine) {
        this.engine = engine;
    }

    /** Whether more than the sessions goes. */
    enum Kind {
        TREE,
        ERASURE
    }

    /**
     * What goes. Ids and names may have been given again since: generations and stream ids tell.
     *
     * @param sessions the generation of each, in the order in which they go
     * @param streams the id of each stream, in the order in which they go
     */
    record Removal(Kind kind, Map<String, Integer> sessions, Map<StreamName, Long> streams) {

        static Removal ofTree(Map<String, Integer> sessions) {
            return new Removal(Kind.TREE, sessions, Map.of());
        }
    }

    /** Where a removal is noted. */
    record Note(StreamName name, Removal removal) {}

    Note begin(Removal removal) {
        StreamName name = InternalStreams.named(FOLDER + UUID.randomUUID());
        engine.create(name, CreateRequest.JSON.withBody(Payload.jsonArray(List.of(toJson(removal)))))
                .join();
        return new Note(name, removal);
    }

    void finish(Note note) {
        engine.delete(note.name()).join();
    }

    /** What was begun and not finished. */
    List<Note> unfinished() {
        List<Note> notes = new ArrayList<>();
        String prefix = InternalStreams.named(FOLDER + "x").value();
        for (StreamName name : engine.names(prefix.substring(0, prefix.length() - 1), Optional.empty(), NOTES)) {
            for (Payload line :
                    engine.read(name, Offset.BEGINNING, READ_BYTES).page().messages()) {
                notes.add(new Note(name, parse(line.utf8())));
            }
        }
        return notes;
    }

    private static String toJson(Removal removal) {
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("kind", removal.kind().name());
        ObjectNode sessions = json.putObject("sessions");
        removal.sessions().forEach(sessions::put);
        ObjectNode streams = json.putObject("streams");
        removal.streams().forEach((name, id) -> streams.put(name.value(), id));
        return json.toString();
    }

    private static Removal parse(String text) {
        try {
            JsonNode json = JsonBody.JSON.readTree(text);
            Map<String, Integer> sessions = new LinkedHashMap<>();
            json.path("sessions")
                    .properties()
                    .forEach(member ->
                            sessions.put(member.getKey(), member.getValue().asInt()));
            Map<StreamName, Long> streams = new LinkedHashMap<>();
            json.path("streams")
                    .properties()
                    .forEach(member -> streams.put(
                            new StreamName(member.getKey()), member.getValue().asLong()));
            return new Removal(Kind.valueOf(json.path("kind").asText()), sessions, streams);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a note of a removal is no JSON", broken);
        }
    }
}
