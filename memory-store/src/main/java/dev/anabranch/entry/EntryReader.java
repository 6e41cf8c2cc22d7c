package dev.anabranch.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.stream.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads entries. Never fails: what cannot be read becomes {@link Entry.Damaged}. */
public final class EntryReader {

    private EntryReader() {}

    public static Entry read(Payload payload) {
        byte[] bytes = payload.toByteArray();
        try {
            return new Parts(bytes).toEntry();
        } catch (IOException | IllegalArgumentException notAnEntry) {
            return damaged(bytes, String.valueOf(notAnEntry.getMessage()), Json.object());
        }
    }

    private static Entry damaged(byte[] bytes, String problem, ObjectNode headers) {
        return new Entry.Damaged(new String(bytes, StandardCharsets.UTF_8), problem, new EntryHeaders(headers));
    }

    /** The top level of an entry; its value is kept as the bytes it is, so that a message stays what it was. */
    private static final class Parts {
        private final byte[] bytes;
        private String type = "";
        private String key = "";
        private ObjectNode headers = Json.object();
        private int valueFrom = -1;
        private int valueTo = -1;

        Parts(byte[] bytes) throws IOException {
            this.bytes = bytes;
            try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new IllegalArgumentException("entry is not a JSON object");
                }
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    take(name, parser);
                }
            }
        }

        private void take(String name, JsonParser parser) throws IOException {
            JsonToken token = parser.nextToken();
            if (name.equals("type") && token == JsonToken.VALUE_STRING) {
                type = parser.getText();
            } else if (name.equals("key") && token == JsonToken.VALUE_STRING) {
                key = parser.getText();
            } else if (name.equals("headers") && token == JsonToken.START_OBJECT) {
                headers = Json.MAPPER.readTree(parser);
            } else if (name.equals("value")) {
                valueFrom = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                valueTo = (int) parser.currentLocation().getByteOffset();
            } else {
                parser.skipChildren();
            }
        }

        Entry toEntry() throws IOException {
            EntryHeaders facts = new EntryHeaders(headers);
            if (Json.text(headers, EntryHeaders.CONTROL).filter("reset"::equals).isPresent()) {
                return new Entry.Reset(facts);
            }
            if (type.isEmpty() || key.isEmpty()) {
                return damaged(bytes, "entry has no type or no key", headers);
            }
            if (type.equals("message")) {
                return message(facts);
            }
            if (type.equals("evicted")) {
                return facts.operation().equals("delete")
                        ? new Entry.BroughtBack(key, facts)
                        : new Entry.Evicted(key, Json.text(value(), "reason").orElse("window"), facts);
            }
            if (type.equals("session")) {
                return new Entry.Session(key, value(), facts);
            }
            return new Entry.Other(type, key, value(), facts);
        }

        private JsonNode value() throws IOException {
            return valueFrom < 0
                    ? MissingNode.getInstance()
                    : Json.MAPPER.readTree(bytes, valueFrom, valueTo - valueFrom);
        }

        private Entry message(EntryHeaders facts) throws IOException {
            if (valueFrom < 0) {
                return damaged(bytes, "message has no value", headers);
            }
            return new Entry.Message(key, messageValue(bytes, valueFrom, valueTo, facts.exact()), facts);
        }
    }

    public static MessageValue messageValue(String json, JsonNode exact) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return messageValue(bytes, 0, bytes.length, exact);
        } catch (IOException writtenByACodec) {
            throw new IllegalArgumentException("message is not JSON: " + writtenByACodec.getMessage());
        }
    }

    private static MessageValue messageValue(byte[] bytes, int from, int to, JsonNode exact) throws IOException {
        String json = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        String type = "UNKNOWN";
        List<ToolCall> calls = List.of();
        String id = "";
        @Nullable String toolName = null;
        try (JsonParser parser = Json.MAPPER.createParser(bytes, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new MessageValue(json, type, calls, Optional.empty(), exact);
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("toolExecutionRequests") && token == JsonToken.START_ARRAY) {
                    calls = calls(Json.MAPPER.readTree(parser));
                } else if (token == JsonToken.VALUE_STRING && name.equals("type")) {
                    type = parser.getText();
                } else if (token == JsonToken.VALUE_STRING && name.equals("id")) {
                    id = parser.getText();
                } else if (token == JsonToken.VALUE_STRING && name.equals("toolName")) {
                    toolName = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        }
        boolean isResult = type.equals("TOOL_EXECUTION_RESULT");
        Optional<ToolCall> answers =
                isResult ? Optional.of(new ToolCall(id, toolName == null ? "" : toolName)) : Optional.empty();
        return new MessageValue(json, type, type.equals("AI") ? calls : List.of(), answers, exact);
    }

    private static List<ToolCall> calls(JsonNode array) {
        List<ToolCall> calls = new ArrayList<>(array.size());
        for (JsonNode call : array) {
            calls.add(new ToolCall(
                    Json.text(call, "id").orElse(""), Json.text(call, "name").orElse("")));
        }
        return List.copyOf(calls);
    }
}
