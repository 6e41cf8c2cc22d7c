package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.Json;
import dev.langchain4j.data.image.Image;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of messages are any objects; JSON knows few kinds of value, and a server written in JavaScript keeps fewer
 * kinds of number. What would not come back as it was is written as text or as a plain structure, and its kind is noted
 * beside the message, by JSON pointer.
 */
final class ExactValues {

    private static final long SAFE_INTEGER = 1L << 53;

    /** The kinds that are written as their text. */
    private static final Map<String, Function<String, Object>> FROM_TEXT = Map.ofEntries(
            Map.entry("long", Long::valueOf),
            Map.entry("short", Short::valueOf),
            Map.entry("byte", Byte::valueOf),
            Map.entry("float", Float::valueOf),
            Map.entry("double", Double::valueOf),
            Map.entry("integer", BigInteger::new),
            Map.entry("decimal", BigDecimal::new),
            Map.entry("character", text -> text.charAt(0)),
            Map.entry("instant", Instant::parse),
            Map.entry("duration", Duration::parse),
            Map.entry("localDate", LocalDate::parse),
            Map.entry("localTime", LocalTime::parse),
            Map.entry("localDateTime", LocalDateTime::parse),
            Map.entry("offsetDateTime", OffsetDateTime::parse),
            Map.entry("zonedDateTime", ZonedDateTime::parse),
            Map.entry("uuid", UUID::fromString),
            Map.entry("uri", URI::create));

    private static final Map<Class<?>, String> KINDS = Map.ofEntries(
            Map.entry(Long.class, "long"),
            Map.entry(Short.class, "short"),
            Map.entry(Byte.class, "byte"),
            Map.entry(Float.class, "float"),
            Map.entry(Double.class, "double"),
            Map.entry(BigInteger.class, "integer"),
            Map.entry(BigDecimal.class, "decimal"),
            Map.entry(Character.class, "character"),
            Map.entry(Instant.class, "instant"),
            Map.entry(Duration.class, "duration"),
            Map.entry(LocalDate.class, "localDate"),
            Map.entry(LocalTime.class, "localTime"),
            Map.entry(LocalDateTime.class, "localDateTime"),
            Map.entry(OffsetDateTime.class, "offsetDateTime"),
            Map.entry(ZonedDateTime.class, "zonedDateTime"),
            Map.entry(UUID.class, "uuid"),
            Map.entry(URI.class, "uri"));

    private final ObjectNode kinds = Json.object();

    /** The kinds noted so far; a missing node if there are none. */
    JsonNode kinds() {
        return kinds.isEmpty() ? MissingNode.getInstance() : kinds;
    }

    /** {@code attributes} as JSON can hold them. The same object if nothing had to change. */
    Map<String, Object> plain(Map<String, Object> attributes) {
        Map<String, Object> plain = new LinkedHashMap<>();
        attributes.forEach((name, value) -> plain.put(name, plain(value, pointer("", name))));
        return kinds.isEmpty() ? attributes : plain;
    }

    private @Nullable Object plain(@Nullable Object value, String at) {
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Integer) {
            return value;
        }
        if (isPlain(value)) {
            return value;
        }
        String kind = KINDS.get(value.getClass());
        if (kind != null) {
            kinds.put(at, kind);
            return value.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((name, each) -> plain.put(requireText(name, at), plain(each, pointer(at, (String) name))));
            return plain;
        }
        if (value instanceof List<?> list) {
            return plain(list, at);
        }
        if (value instanceof Set<?> set) {
            kinds.put(at, "set");
            return plain(List.copyOf(set), at);
        }
        if (value instanceof Image image) {
            kinds.put(at, "image");
            return ofImage(image, at);
        }
        throw new MessageNotStorableException(
                "attribute at '" + at + "' is a " + value.getClass().getTypeName()
                        + ", which would not come back as it is",
                null);
    }

    /** Numbers that are the same in Java, in JSON and in JavaScript. */
    private static boolean isPlain(Object value) {
        if (value instanceof Long number) {
            return number.intValue() != number && Math.abs(number) < SAFE_INTEGER;
        }
        return value instanceof Double number
                && Double.isFinite(number)
                && number != Math.rint(number)
                && Math.abs(number) > 1e-5;
    }

    private List<Object> plain(List<?> list, String at) {
        List<Object> plain = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            plain.add(plain(list.get(i), at + "/" + i));
        }
        return plain;
    }

    private Map<String, Object> ofImage(Image image, String at) {
        Map<String, Object> fields = new LinkedHashMap<>();
        putIfPresent(fields, "url", image.url() == null ? null : image.url().toString());
        putIfPresent(fields, "base64Data", image.base64Data());
        putIfPresent(fields, "mimeType", image.mimeType());
        putIfPresent(fields, "revisedPrompt", image.revisedPrompt());
        if (!image.equals(toImage(fields))) {
            throw new MessageNotStorableException("image at '" + at + "' would not come back as it is", null);
        }
        return fields;
    }

    private static void putIfPresent(Map<String, Object> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static String requireText(Object name, String at) {
        if (name instanceof String text) {
            return text;
        }
        throw new MessageNotStorableException("attribute at '" + at + "' has a key that is no text", null);
    }

    private static String pointer(String at, String name) {
        return at + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The reverse of {@link #plain}. */
    static Map<String, Object> restore(Map<String, Object> plain, JsonNode kinds) {
        Map<String, Object> restored = new LinkedHashMap<>();
        plain.forEach((name, value) -> restored.put(name, restore(value, pointer("", name), kinds)));
        return restored;
    }

    private static @Nullable Object restore(@Nullable Object value, String at, JsonNode kinds) {
        String kind = kinds.path(at).asText("");
        if (value instanceof List<?> list) {
            List<Object> restored = new ArrayList<>(list.size());
            for (int i = 0; i < list.size(); i++) {
                restored.add(restore(list.get(i), at + "/" + i, kinds));
            }
            return kind.equals("set") ? new LinkedHashSet<>(restored) : restored;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> restored = new LinkedHashMap<>();
            map.forEach((name, each) -> restored.put((String) name, restore(each, pointer(at, (String) name), kinds)));
            return kind.equals("image") ? toImage(restored) : restored;
        }
        if (value == null || kind.isEmpty()) {
            return value;
        }
        Function<String, Object> fromText = FROM_TEXT.get(kind);
        return fromText == null ? value : fromText.apply(value.toString());
    }

    private static Image toImage(Map<String, Object> fields) {
        Image.Builder image = Image.builder();
        if (fields.get("url") instanceof String url) {
            image.url(url);
        }
        if (fields.get("base64Data") instanceof String data) {
            image.base64Data(data);
        }
        if (fields.get("mimeType") instanceof String type) {
            image.mimeType(type);
        }
        if (fields.get("revisedPrompt") instanceof String prompt) {
            image.revisedPrompt(prompt);
        }
        return image.build();
    }
}
