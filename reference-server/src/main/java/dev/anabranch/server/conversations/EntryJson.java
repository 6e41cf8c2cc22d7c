package dev.anabranch.server.conversations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.session.HistoryMessage;
import java.util.List;

/** Messages of a history as JSON. */
final class EntryJson {

    /** The header of a message that names the user who sent it. */
    static final String USER_HEADER = "userId";

    private static final ObjectMapper LENIENT = new ObjectMapper();

    private EntryJson() {}

    static ObjectNode of(HistoryMessage message) {
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("id", message.id());
        json.put("conversationId", message.session());
        if (message.index().isPresent()) {
            json.put("index", message.index().getAsInt());
        } else {
            json.putNull("index");
        }
        json.put("role", message.role());
        json.put("text", message.text());
        json.set("message", raw(message.json()));
        json.putArray("content").addObject().put("role", message.role()).put("text", message.text());
        json.put("channel", "history");
        json.put("contentType", "history");
        json.put("userId", message.headers().get(USER_HEADER) instanceof String user ? user : null);
        json.put("createdAt", message.time().map(ConversationJson::time).orElse(null));
        json.put("offset", message.offset().token());
        json.put("inWindow", message.inWindow());
        json.put("forkable", message.forkable());
        json.put("inherited", message.inherited());
        json.put("evictedFor", message.evictedFor().orElse(null));
        json.put("problem", message.problem().orElse(null));
        json.set("headers", JsonBody.JSON.valueToTree(message.headers()));
        return json;
    }

    static List<ObjectNode> all(List<HistoryMessage> messages) {
        return messages.stream().map(EntryJson::of).toList();
    }

    /** The message as it was written; text if that is no JSON that can be read. */
    private static JsonNode raw(String json) {
        try {
            JsonNode node = LENIENT.readTree(json);
            return node.isMissingNode() ? TextNode.valueOf(json) : node;
        } catch (JsonProcessingException damaged) {
            return TextNode.valueOf(json);
        }
    }
}
