package dev.anabranch.stream;

import java.util.Locale;

/**
 * A stream's media type (PROTOCOL.md section 9). Two types are {@linkplain #matches the same} when type and subtype
 * are, in any case; parameters such as {@code charset} do not count.
 *
 * @param value as given, such as {@code application/json} or {@code text/plain; charset=utf-8}
 */
public record ContentType(String value) {

    private static final String JSON_TYPE = "application/json";

    /** The type of JSON streams, whose messages keep their boundaries. */
    public static final ContentType JSON = new ContentType(JSON_TYPE);

    /** The type of a stream that was created without one. */
    public static final ContentType OCTET_STREAM = new ContentType("application/octet-stream");

    public ContentType {
        value = value.strip();
        String essence = essenceOf(value);
        int slash = essence.indexOf('/');
        if (slash <= 0 || slash == essence.length() - 1 || essence.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("content type is not of the form type/subtype");
        }
        if (value.length() > 255 || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("content type is not 1 to 255 printable ASCII characters");
        }
        if (essence.indexOf(' ') >= 0 || essence.indexOf(',') >= 0) {
            throw new IllegalArgumentException("content type is not of the form type/subtype");
        }
    }

    /** The lower-case {@code type/subtype}, without parameters. */
    public String essence() {
        return essenceOf(value);
    }

    public boolean isJson() {
        return value.equals(JSON_TYPE) || essence().equals(JSON_TYPE); // as a rule it is written so
    }

    /** Whether SSE carries this type as text (section 5.8): {@code text/*} and JSON. */
    public boolean isText() {
        return isJson() || essence().startsWith("text/");
    }

    public boolean matches(ContentType other) {
        return essence().equals(other.essence());
    }

    @Override
    public String toString() {
        return value;
    }

    private static String essenceOf(String value) {
        int semicolon = value.indexOf(';');
        String essence = semicolon < 0 ? value : value.substring(0, semicolon);
        return essence.strip().toLowerCase(Locale.ROOT);
    }
}
