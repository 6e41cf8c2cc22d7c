package dev.anabranch.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.branch.Refusal;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;

/** Compact JSON for models. */
final class Replies {

    /** The most characters of one message that a reply shows. */
    static final int TEXT_MAX = 4_000;

    private Replies() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode error(String error, String message) {
        return object().put("error", error).put("message", message);
    }

    static ObjectNode refusal(Refusal refusal) {
        return object().put("error", "limit_reached")
                .put("limit", refusal.limit().word())
                .put("message", "Limit reached: " + refusal.reason());
    }

    static ObjectNode session(SessionInfo info) {
        return object().put("sessionKey", Branches.key(info.id())).put("label", info.label());
    }

    static ObjectNode message(HistoryMessage message, int textMax) {
        ObjectNode node = object();
        message.index().ifPresent(index -> node.put("index", index));
        node.put("role", message.role());
        if (!message.text().isEmpty()) {
            node.put("text", cut(message.text(), textMax));
        }
        if (message.message().orElse(null) instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
            ArrayNode calls = node.putArray("toolCalls");
            ai.toolExecutionRequests().forEach(call -> calls.add(call(call)));
        }
        return node;
    }

    static String call(ToolExecutionRequest call) {
        return cut(call.name() + " " + call.arguments(), 300);
    }

    static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isLowSurrogate(text.charAt(max)) ? max - 1 : max;
        return text.substring(0, end) + "… [" + (text.length() - end) + " more characters]";
    }
}
