package dev.anabranch.server.conversations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Blanks what the directory's history says of sessions: titles, settings, metadata. Lines that say that a session was
 * deleted stay, for readers who have not come that far; they hold nothing but its id.
 */
final class DirectoryRedaction {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int READ_BYTES = 1 << 20;

    /** Readers pass over types that they do not know. */
    private static final Payload BLANK =
            Payload.of("{\"type\":\"erased\",\"key\":\"\",\"headers\":{\"operation\":\"insert\"}}");

    private final StreamEngine engine;
    private final StreamName directory;

    DirectoryRedaction(StreamEngine engine, StreamName directory) {
        this.engine = engine;
        this.directory = directory;
    }

    /** A session, told from others that had its id. */
    private record Life(String id, int generation) {}

    /**
     * Blanks the lines of sessions, and of those that were deleted earlier and belonged to the same tree.
     *
     * @param sessions the generation of each
     * @return how many lines
     */
    int blank(Map<String, Integer> sessions) {
        Set<Life> erased = new HashSet<>();
        sessions.forEach((id, generation) -> erased.add(new Life(id, generation)));
        if (engine.status(directory).isEmpty()) {
            return 0;
        }
        while (addRelatives(erased)) {
            // Until a reading finds no more: a relative may have relatives on earlier lines.
        }
        return engine.redact(directory, line -> isOf(erased, line) ? BLANK : line)
                .join();
    }

    private boolean addRelatives(Set<Life> erased) {
        int before = erased.size();
        Offset next = Offset.BEGINNING;
        StreamRead read;
        do {
            read = engine.read(directory, next, READ_BYTES);
            for (Payload line : read.page().messages()) {
                session(line).ifPresent(event -> {
                    Optional<Life> parent = parent(event);
                    if (parent.filter(erased::contains).isPresent()) {
                        erased.add(life(event));
                    } else if (parent.isPresent() && erased.contains(life(event))) {
                        erased.add(parent.get());
                    }
                });
            }
            next = read.page().next();
        } while (!read.page().upToDate());
        return erased.size() > before;
    }

    private static boolean isOf(Set<Life> erased, Payload line) {
        return session(line).filter(event -> erased.contains(life(event))).isPresent();
    }

    /** The line, if it is one that describes a session. */
    private static Optional<JsonNode> session(Payload line) {
        try {
            return Optional.of(JSON.readTree(line.utf8()))
                    .filter(event -> event.path("type").asText().equals("session"))
                    .filter(event -> !event.at("/headers/operation").asText().equals("delete"));
        } catch (JsonProcessingException foreign) {
            return Optional.empty();
        }
    }

    private static Life life(JsonNode event) {
        return new Life(
                event.path("key").asText(), event.at("/value/generation").asInt(0));
    }

    private static Optional<Life> parent(JsonNode event) {
        JsonNode value = event.path("value");
        return value.path("parent").isTextual()
                ? Optional.of(new Life(
                        value.path("parent").asText(),
                        value.path("parentGeneration").asInt(0)))
                : Optional.empty();
    }
}
