package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.Json;
import dev.anabranch.stream.Offset;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is written of a session: in its own stream and in the directory, as the value of a {@code session} entry.
 *
 * @param idGenerated whether the id was made up at random, so that nobody will ask for it again once it is deleted
 * @param forkedFromGeneration tells the parent from later sessions of the same id
 */
record SessionRecord(
        String id,
        boolean idGenerated,
        String label,
        Optional<String> forkedFrom,
        int forkedFromGeneration,
        String root,
        Optional<BranchPoint> forkPoint,
        Optional<String> creator,
        Instant createdAt,
        boolean archived,
        boolean scratch,
        Optional<Duration> ttl,
        SessionSettings settings,
        Map<String, Object> metadata,
        int generation) {

    static SessionRecord root(String id, NewSession made, Optional<String> creator, Instant now, int generation) {
        return new SessionRecord(
                id,
                made.id().isEmpty(),
                made.label().orElse(id),
                Optional.empty(),
                0,
                id,
                Optional.empty(),
                made.creator().or(() -> creator),
                now,
                false,
                false,
                made.ttl(),
                made.settings(),
                made.metadata(),
                generation);
    }

    SessionRecord with(SessionUpdate update) {
        Map<String, Object> changed = new HashMap<>(metadata);
        changed.keySet().removeAll(update.metadataRemoved());
        changed.putAll(update.metadata());
        return new SessionRecord(
                id,
                idGenerated,
                update.label().orElse(label),
                forkedFrom,
                forkedFromGeneration,
                root,
                forkPoint,
                creator,
                createdAt,
                update.archived().orElse(archived),
                update.scratch().orElse(scratch),
                ttl,
                update.settings().orElse(settings),
                changed,
                generation);
    }

    SessionRecord withGeneration(int generation) {
        return new SessionRecord(
                id,
                idGenerated,
                label,
                forkedFrom,
                forkedFromGeneration,
                root,
                forkPoint,
                creator,
                createdAt,
                archived,
                scratch,
                ttl,
                settings,
                metadata,
                generation);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("label", label);
        json.put("root", root);
        json.put("createdAt", createdAt.toString());
        putIfTrue(json, "idGenerated", idGenerated);
        creator.ifPresent(name -> json.put("creator", name));
        forkedFrom.ifPresent(parent -> json.put("parent", parent));
        if (forkedFromGeneration > 0) {
            json.put("parentGeneration", forkedFromGeneration);
        }
        forkPoint.ifPresent(point -> json.set("forkPoint", toJson(point)));
        putIfTrue(json, "archived", archived);
        putIfTrue(json, "scratch", scratch);
        ttl.ifPresent(time -> json.put("ttlSeconds", time.toSeconds()));
        ObjectNode set = toJson(settings);
        if (!set.isEmpty()) {
            json.set("settings", set);
        }
        if (!metadata.isEmpty()) {
            json.set("metadata", Json.toNode(metadata));
        }
        if (generation > 0) {
            json.put("generation", generation);
        }
        return json;
    }

    private static void putIfTrue(ObjectNode json, String name, boolean value) {
        if (value) {
            json.put(name, true);
        }
    }

    private static ObjectNode toJson(BranchPoint point) {
        ObjectNode json = Json.object();
        json.put("messageCount", point.messageCount());
        point.afterMessageId().ifPresent(id -> json.put("after", id));
        point.beforeMessageId().ifPresent(id -> json.put("before", id));
        json.put("offset", point.offset().token());
        if (point.subOffset() > 0) {
            json.put("subOffset", point.subOffset());
        }
        putIfTrue(json, "snappedBack", point.snappedBack());
        if (!point.answeredToolCalls().isEmpty()) {
            json.set("answeredToolCalls", Json.toNode(point.answeredToolCalls()));
        }
        return json;
    }

    private static ObjectNode toJson(SessionSettings settings) {
        ObjectNode json = Json.object();
        settings.others().forEach((name, value) -> json.set(name, Json.toNode(value)));
        settings.model().ifPresent(model -> json.put("model", model));
        settings.project().ifPresent(project -> json.put("project", project));
        putIfTrue(json, "mcpDisabled", settings.mcpDisabled());
        settings.worktreeBranch().ifPresent(branch -> json.put("worktreeBranch", branch));
        if (!settings.sandbox().isEmpty()) {
            json.set("sandbox", Json.toNode(settings.sandbox()));
        }
        settings.channelBinding().ifPresent(channel -> json.put("channelBinding", channel));
        return json;
    }

    /** Reads leniently: what is missing or malformed takes its default. */
    static SessionRecord fromJson(String id, JsonNode json) {
        Optional<String> parent = Json.text(json, "parent");
        return new SessionRecord(
                id,
                json.path("idGenerated").asBoolean(false),
                Json.text(json, "label").orElse(id),
                parent,
                json.path("parentGeneration").asInt(0),
                Json.text(json, "root").orElse(id),
                parent.isEmpty() ? Optional.empty() : point(json.path("forkPoint")),
                Json.text(json, "creator"),
                time(json),
                json.path("archived").asBoolean(false),
                json.path("scratch").asBoolean(false),
                json.path("ttlSeconds").canConvertToLong()
                                && json.path("ttlSeconds").asLong() > 0
                        ? Optional.of(Duration.ofSeconds(json.path("ttlSeconds").asLong()))
                        : Optional.empty(),
                settings(json.path("settings")),
                Json.toMap(json.path("metadata")),
                json.path("generation").asInt(0));
    }

    private static Instant time(JsonNode json) {
        try {
            return Json.text(json, "createdAt").map(Instant::parse).orElse(Instant.EPOCH);
        } catch (DateTimeException malformed) {
            return Instant.EPOCH;
        }
    }

    private static Optional<BranchPoint> point(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        List<String> answered = new ArrayList<>();
        if (json.path("answeredToolCalls") instanceof ArrayNode calls) {
            calls.forEach(call -> answered.add(call.asText()));
        }
        return Optional.of(new BranchPoint(
                json.path("messageCount").asInt(0),
                Json.text(json, "after"),
                Json.text(json, "before"),
                new Offset(Json.text(json, "offset")
                        .filter(text -> !text.isEmpty())
                        .orElse("-1")),
                json.path("subOffset").asLong(0),
                json.path("snappedBack").asBoolean(false),
                answered));
    }

    private static SessionSettings settings(JsonNode json) {
        Map<String, Object> others = new HashMap<>(Json.toMap(json));
        others.keySet()
                .removeAll(List.of("model", "project", "mcpDisabled", "worktreeBranch", "sandbox", "channelBinding"));
        return new SessionSettings(
                Json.text(json, "model"),
                Json.text(json, "project"),
                json.path("mcpDisabled").asBoolean(false),
                Json.text(json, "worktreeBranch"),
                Json.toMap(json.path("sandbox")),
                Json.text(json, "channelBinding"),
                others);
    }
}
