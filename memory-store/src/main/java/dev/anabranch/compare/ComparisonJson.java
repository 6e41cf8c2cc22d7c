package dev.anabranch.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.anabranch.entry.Json;
import dev.anabranch.session.HistoryMessage;

/** A comparison as JSON, with every message in full. */
final class ComparisonJson {

    private ComparisonJson() {}

    static ObjectNode of(Comparison comparison) {
        ObjectNode json = Json.object().put("commonMessages", comparison.commonMessages());
        comparison.commonUpTo().ifPresent(place -> {
            ObjectNode upTo =
                    json.putObject("commonUpTo").put("offset", place.offset().token());
            if (place.subOffset() > 0) {
                upTo.put("subOffset", place.subOffset());
            }
        });
        json.set("left", side(comparison.left()));
        json.set("right", side(comparison.right()));
        return json;
    }

    private static ObjectNode side(Comparison.Side side) {
        ObjectNode json = Json.object()
                .put("session", side.session().id())
                .put("label", side.session().label());
        ArrayNode messages = json.putArray("messages");
        side.messages().forEach(message -> messages.add(message(message)));
        ArrayNode calls = json.putArray("toolCalls");
        side.toolCalls()
                .forEach(call -> calls.addObject()
                        .put("id", call.id())
                        .put("name", call.name())
                        .put("arguments", call.arguments()));
        side.tokens().ifPresent(tokens -> json.put("tokens", tokens));
        side.answer().ifPresent(answer -> json.put("answer", answer.text()).put("answerMessage", answer.id()));
        return json;
    }

    private static ObjectNode message(HistoryMessage message) {
        ObjectNode json = Json.object().put("id", message.id());
        message.index().ifPresent(index -> json.put("index", index));
        json.put("role", message.role()).put("text", message.text());
        json.set("message", value(message.json()));
        message.time().ifPresent(time -> json.put("time", time.toString()));
        return json.put("offset", message.offset().token());
    }

    /** A message as it was written; as text if it is no JSON. */
    private static JsonNode value(String json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            return node.isMissingNode() ? TextNode.valueOf(json) : node;
        } catch (JsonProcessingException damaged) {
            return TextNode.valueOf(json);
        }
    }
}
