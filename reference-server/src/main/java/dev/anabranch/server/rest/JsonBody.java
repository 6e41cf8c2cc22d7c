package dev.anabranch.server.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** A JSON object that a client sent. Whatever is not as it should be is a 400 that says what it is. */
public final class JsonBody {

    /** Refuses what RFC 8259 does, and objects that name a member twice. */
    public static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int CHOICE_MAX = 100;
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final ObjectNode object;

    private JsonBody(ObjectNode object) {
        this.object = object;
    }

    /** Reads a body; none at all is as good as {@code {}}. */
    public static JsonBody parse(byte[] body) {
        if (body.length == 0) {
            return new JsonBody(JSON.createObjectNode());
        }
        JsonNode node = parseValue(body);
        if (node instanceof ObjectNode object) {
            return new JsonBody(object);
        }
        throw invalid("the body is not a JSON object");
    }

    /** Reads a body that may be any JSON value. */
    public static JsonNode parseValue(byte[] body) {
        try {
            return JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            throw invalid("the body is not UTF-8");
        } catch (JsonProcessingException malformed) {
            throw invalid("the body is not JSON: " + malformed.getOriginalMessage());
        }
    }

    /** An object that is part of another. */
    public static JsonBody of(ObjectNode object) {
        return new JsonBody(object);
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    public Optional<JsonNode> value(String name) {
        return has(name) ? Optional.of(object.get(name)) : Optional.empty();
    }

    /** A text of at most {@code lengthMax} characters. */
    public Optional<String> text(String name, int lengthMax) {
        return value(name).map(node -> {
            if (!node.isTextual()) {
                throw invalid("'" + name + "' is not a string");
            }
            if (node.asText().length() > lengthMax) {
                throw invalid("'" + name + "' has more than " + lengthMax + " characters");
            }
            return node.asText();
        });
    }

    /** A text that must be there and not be blank. */
    public String requiredText(String name, int lengthMax) {
        return text(name, lengthMax)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> invalid("'" + name + "' is missing"));
    }

    /** A text that names a constant of {@code values}, in lower case. */
    public <E extends Enum<E>> E choice(String name, E[] values, E byDefault) {
        return text(name, CHOICE_MAX)
                .map(value -> Query.choice(name, value, values))
                .orElse(byDefault);
    }

    public Optional<Boolean> bool(String name) {
        return value(name).map(node -> {
            if (!node.isBoolean()) {
                throw invalid("'" + name + "' is not true or false");
            }
            return node.asBoolean();
        });
    }

    public Optional<Integer> integer(String name, int min, int max) {
        return value(name).map(node -> {
            if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < min || node.asInt() > max) {
                throw invalid("'" + name + "' is not a whole number from " + min + " to " + max);
            }
            return node.asInt();
        });
    }

    public Optional<JsonBody> object(String name) {
        return value(name).map(node -> {
            if (node instanceof ObjectNode child) {
                return new JsonBody(child);
            }
            throw invalid("'" + name + "' is not an object");
        });
    }

    /** The members, as strings, numbers, booleans, lists and maps. Members that are null are left out. */
    public Map<String, Object> toMap() {
        ObjectNode copy = object.deepCopy();
        copy.properties().stream()
                .filter(member -> member.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList()
                .forEach(copy::remove);
        return JSON.convertValue(copy, MAP);
    }

    /** The members without these. */
    public JsonBody without(Iterable<String> names) {
        ObjectNode copy = object.deepCopy();
        names.forEach(copy::remove);
        return new JsonBody(copy);
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
