package dev.anabranch.server.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.util.Collection;
import java.util.Optional;

/** Writes JSON answers. */
public final class Answer {

    private Answer() {}

    /** Answers with a status and a JSON body that nobody shall cache. */
    public static void json(Context http, int status, JsonNode body) {
        http.status(status);
        http.header("Cache-Control", "no-store");
        http.header("X-Content-Type-Options", "nosniff");
        http.contentType("application/json");
        try {
            http.result(JsonBody.JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("a JSON tree cannot be written", impossible);
        }
    }

    /** A page of a list. */
    public static ObjectNode list(
            Collection<? extends JsonNode> data, Optional<String> afterCursor, Optional<String> beforeCursor) {
        ObjectNode page = JsonBody.JSON.createObjectNode();
        ArrayNode items = page.putArray("data");
        items.addAll(data);
        page.put("afterCursor", afterCursor.orElse(null));
        page.put("beforeCursor", beforeCursor.orElse(null));
        return page;
    }
}
