package dev.anabranch.server.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.security.UserId;

/** One line of the journal of memberships. */
sealed interface AccessChange {

    /** The session is part of the tree. */
    record Placed(String session, String tree) implements AccessChange {}

    /** The user is a member of the tree, at this level and no other. */
    record Joined(String tree, UserId user, AccessLevel level) implements AccessChange {}

    /** The user is not a member of the tree. */
    record Left(String tree, UserId user) implements AccessChange {}

    /** There is no such session any more. With the last session of a tree its memberships end. */
    record Removed(String session) implements AccessChange {}

    /** What an earlier journal said stands before this line, all of it. */
    record Complete() implements AccessChange {}

    ObjectMapper JSON = new ObjectMapper();

    default String toJson() {
        ObjectNode node = JSON.createObjectNode();
        if (this instanceof Placed placed) {
            node.put("op", "placed").put("session", placed.session()).put("tree", placed.tree());
        } else if (this instanceof Joined joined) {
            node.put("op", "joined")
                    .put("tree", joined.tree())
                    .put("user", joined.user().value());
            node.put("level", joined.level().id());
        } else if (this instanceof Left left) {
            node.put("op", "left")
                    .put("tree", left.tree())
                    .put("user", left.user().value());
        } else if (this instanceof Removed removed) {
            node.put("op", "removed").put("session", removed.session());
        } else if (this instanceof Complete) {
            node.put("op", "complete");
        } else {
            throw new AssertionError("no form for " + this);
        }
        return node.toString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it did not write this
     */
    static AccessChange parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            return switch (node.path("op").asText()) {
                case "placed" -> new Placed(text(node, "session"), text(node, "tree"));
                case "joined" ->
                    new Joined(
                            text(node, "tree"), new UserId(text(node, "user")), AccessLevel.parse(text(node, "level")));
                case "left" -> new Left(text(node, "tree"), new UserId(text(node, "user")));
                case "removed" -> new Removed(text(node, "session"));
                case "complete" -> new Complete();
                default -> throw new IllegalArgumentException("no change of access: " + json);
            };
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("no change of access: " + json, malformed);
        }
    }

    private static String text(JsonNode node, String field) {
        if (!node.path(field).isTextual()) {
            throw new IllegalArgumentException("change of access without " + field);
        }
        return node.path(field).asText();
    }
}
