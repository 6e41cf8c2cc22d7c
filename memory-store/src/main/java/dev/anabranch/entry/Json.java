package dev.anabranch.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** JSON as entries hold it. Messages may be larger than Jackson allows by default. */
public final class Json {

    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNestingDepth(5_000)
                            .build())
                    .build())
            .build();

    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String quote(String text) {
        return write(text);
    }

    public static String write(Object value) {
        try {
            return UnpairedSurrogates.escape(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("value cannot be written as JSON: " + notJson.getOriginalMessage());
        }
    }

    /** Values of an object as maps, lists, strings, numbers and booleans; nulls are left out. */
    public static Map<String, Object> toMap(JsonNode object) {
        if (!object.isObject()) {
            return Map.of();
        }
        Map<String, Object> map = MAPPER.convertValue(object, MAP);
        map.values().removeIf(value -> value == null);
        return map;
    }

    public static JsonNode toNode(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static Optional<String> text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
