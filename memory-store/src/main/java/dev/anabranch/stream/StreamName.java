package dev.anabranch.stream;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name of a stream: the path of its URL below the server's base, decoded, such as {@code sessions/chat-123}.
 *
 * <p>A name is one or more segments parted by {@code /}. A segment is not empty, is neither {@code .} nor {@code ..},
 * and holds no control character, no unpaired surrogate and no backslash. A name takes at most {@value #BYTES_MAX}
 * bytes of UTF-8.
 *
 * @param value the decoded path, without a leading slash
 */
public record StreamName(String value) implements Comparable<StreamName> {

    /** The most bytes of UTF-8 that a name may take. */
    public static final int BYTES_MAX = 1024;

    private static final String UNRESERVED = "-._~!$'()*,;:@";

    public StreamName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("stream name is empty");
        }
        for (String segment : value.split("/", -1)) {
            requireSegment(segment);
        }
        if (value.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("stream name has a backslash");
        }
        int bytes = isPrintableAscii(value) ? value.length() : requireText(value);
        if (bytes > BYTES_MAX) {
            throw new IllegalArgumentException("stream name is longer than " + BYTES_MAX + " bytes");
        }
    }

    /**
     * Reads a name from the raw, still encoded path of a URL, below the server's base. The path is decoded exactly
     * once.
     *
     * @throws IllegalArgumentException if the path is not a name: broken or non-UTF-8 escapes, an encoded slash, an
     *     empty or dot segment, a control character
     */
    public static StreamName fromUrlPath(String rawPath) {
        String lower = rawPath.toLowerCase(Locale.ROOT);
        if (lower.contains("%2f") || lower.contains("%5c")) {
            throw new IllegalArgumentException("stream name has an encoded slash");
        }
        return new StreamName(decode(rawPath));
    }

    /** The name as it stands in a URL: each segment percent-encoded, without a leading slash. */
    public String toUrlPath() {
        StringBuilder path = new StringBuilder(value.length() + 16);
        ByteBuffer bytes = utf8(value);
        while (bytes.hasRemaining()) {
            int octet = bytes.get() & 0xff;
            if (octet == '/' || isPlain(octet)) {
                path.append((char) octet);
            } else {
                path.append('%')
                        .append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return path.toString();
    }

    /** The stream of this name under another one: {@code directory} under {@code a/b} is {@code a/b/directory}. */
    public StreamName under(StreamName prefix) {
        return new StreamName(prefix.value + "/" + value);
    }

    @Override
    public int compareTo(StreamName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isPlain(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || UNRESERVED.indexOf(octet) >= 0;
    }

    private static void requireSegment(String segment) {
        if (segment.isEmpty()) {
            throw new IllegalArgumentException("stream name has an empty segment");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("stream name has a dot segment");
        }
    }

    /** Names are made for every request, and nearly all are of this kind. */
    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** The length in bytes of UTF-8. */
    private static int requireText(String name) {
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("stream name has a control character");
        }
        return utf8(name).remaining();
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException unpairedSurrogate) {
            throw new IllegalArgumentException("stream name has an unpaired surrogate", unpairedSurrogate);
        }
    }

    private static String decode(String raw) {
        int escape = raw.indexOf('%');
        if (escape < 0) {
            return raw;
        }
        ByteBuffer octets = ByteBuffer.allocate(raw.length() * 3);
        int start = 0;
        while (escape >= 0) {
            octets.put(utf8(raw.substring(start, escape)));
            int high = escape + 2 < raw.length() ? Character.digit(raw.charAt(escape + 1), 16) : -1;
            int low = escape + 2 < raw.length() ? Character.digit(raw.charAt(escape + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException("stream name has a broken percent escape");
            }
            octets.put((byte) (high * 16 + low));
            start = escape + 3;
            escape = raw.indexOf('%', start);
        }
        octets.put(utf8(raw.substring(start)));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("stream name is not UTF-8", notUtf8);
        }
    }
}
