package dev.anabranch.entry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A message as an entry holds it.
 *
 * @param json as LangChain4j's codec wrote it
 * @param type LangChain4j's name of the message type; {@code UNKNOWN} if there is none
 * @param calls the tool calls it asks for
 * @param answers the tool call it is the result of
 * @param exact the types of values that JSON alone does not tell, by JSON pointer into the attributes; a missing node
 *     if there are none
 */
public record MessageValue(String json, String type, List<ToolCall> calls, Optional<ToolCall> answers, JsonNode exact) {

    public boolean isSystem() {
        return type.equals("SYSTEM");
    }

    public String role() {
        return type.equals("TOOL_EXECUTION_RESULT") ? "TOOL" : type;
    }
}
