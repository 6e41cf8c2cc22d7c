package dev.anabranch.memory;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The session that a memory id stands for, unless an application says otherwise. */
final class MemoryIds {

    /*
     * A text of plain characters is its own session id. Everything else begins with `=` and its kind: `=text.…` with
     * each other character, and each `=`, as `=XX` per byte of UTF-8, `=int.42`, `=uuid.…`, `=record.…`. What gets too
     * long becomes the digest of it.
     *
     * A text that already is a session id of that second form stays as it is: so the id of any session is also a memory
     * id of that session. Those are the only texts that share a session with another id.
     */

    private static final int LENGTH_MAX = 512;
    private static final String PLAIN = "-._:@+,";
    private static final Pattern MAPPED = Pattern.compile(
            "=(empty|(text|int|long|short|byte|char|boolean|float|double|integer|decimal|uuid|enum|record|list|map|null|"
                    + "object|sha256|agent)\\.[A-Za-z0-9\\-._:@+,=]+)");

    private static final Map<Class<?>, String> KINDS = Map.ofEntries(
            Map.entry(Integer.class, "int"),
            Map.entry(Long.class, "long"),
            Map.entry(Short.class, "short"),
            Map.entry(Byte.class, "byte"),
            Map.entry(Character.class, "char"),
            Map.entry(Boolean.class, "boolean"),
            Map.entry(Float.class, "float"),
            Map.entry(Double.class, "double"),
            Map.entry(BigInteger.class, "integer"),
            Map.entry(BigDecimal.class, "decimal"),
            Map.entry(UUID.class, "uuid"));

    private MemoryIds() {}

    static String sessionId(Object memoryId) {
        return bounded(memoryId instanceof String text ? ofText(text) : of(memoryId));
    }

    /**
     * The session of a memory id that belongs to one agent alone. The id of a session of this agent is a memory id of
     * that session here, too.
     *
     * @param ids the session of each memory id, were there no agents
     */
    static String ofAgent(String agent, Function<Object, String> ids, Object memoryId) {
        String prefix = "=agent." + escape(agent).replace(".", "=2E") + ".";
        boolean isOwnSession = memoryId instanceof String text
                && MAPPED.matcher(text).matches()
                && (text.startsWith(prefix) || text.startsWith("=sha256."));
        return isOwnSession ? (String) memoryId : bounded(prefix + ids.apply(memoryId));
    }

    private static String ofText(String text) {
        if (text.isEmpty()) {
            return "=empty";
        }
        if (MAPPED.matcher(text).matches() && text.length() <= LENGTH_MAX) {
            return text;
        }
        boolean isPlain = text.codePoints().allMatch(MemoryIds::isPlain) && !text.equals(".") && !text.equals("..");
        return isPlain ? text : "=text." + escape(text);
    }

    private static String of(Object id) {
        return "=" + kind(id) + "." + escape(content(id));
    }

    private static String kind(@Nullable Object id) {
        if (id == null) {
            return "null";
        }
        String kind = KINDS.get(id.getClass());
        if (kind != null) {
            return kind;
        }
        if (id instanceof Enum<?>) {
            return "enum";
        }
        if (id instanceof Record) {
            return "record";
        }
        if (id instanceof Collection<?>) {
            return "list";
        }
        return id instanceof Map<?, ?> ? "map" : "object";
    }

    private static String content(@Nullable Object id) {
        if (id == null) {
            return "null";
        }
        if (id instanceof String || KINDS.containsKey(id.getClass())) {
            return id.toString();
        }
        if (id instanceof Enum<?> constant) {
            return constant.getDeclaringClass().getName() + "." + constant.name();
        }
        if (id instanceof Record record) {
            return id.getClass().getName() + parts(record);
        }
        if (id instanceof Collection<?> list) {
            StringBuilder parts = new StringBuilder();
            list.forEach(each -> append(parts, each));
            return parts.toString();
        }
        if (id instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> {
                        StringBuilder parts = new StringBuilder();
                        append(parts, entry.getKey());
                        append(parts, entry.getValue());
                        return parts.toString();
                    })
                    .sorted()
                    .reduce("", String::concat);
        }
        return id.getClass().getName() + ":" + id;
    }

    private static String parts(Record record) {
        StringBuilder parts = new StringBuilder();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().trySetAccessible();
                append(parts, component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException | RuntimeException hidden) {
                return ":" + record;
            }
        }
        return parts.toString();
    }

    /** Each part with its length, so that no two lists of parts read alike. */
    private static void append(StringBuilder parts, @Nullable Object part) {
        String kind = part instanceof String ? "text" : kind(part);
        String content = content(part);
        parts.append(',').append(kind).append(content.length()).append(':').append(content);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(c -> {
            if (isPlain(c)) {
                escaped.append((char) c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                escaped.append("=u").append(HexFormat.of().withUpperCase().toHexDigits((char) c));
            } else {
                for (byte each : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append('=').append(HexFormat.of().withUpperCase().toHexDigits(each));
                }
            }
        });
        return escaped.toString();
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
    }

    private static String bounded(String id) {
        if (id.length() <= LENGTH_MAX) {
            return id;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return "=sha256." + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }
}
