package dev.anabranch.server.streams;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.StreamPage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Spells pages as server-sent events (section 5.8). A line break inside the data, be it CR, LF or both, becomes a new
 * {@code data:} line, so that no content can pass for an event. Not safe for use by many threads.
 *
 * <p>A character of text may be split between two pages: its first bytes wait here for the rest of it.
 */
final class SseEvents {

    /** How binary data is carried, or plainly. */
    private enum Encoding {
        JSON,
        TEXT,
        BASE64
    }

    private static final byte[] DATA_EVENT = ascii("event: data\n");
    private static final byte[] CONTROL_EVENT = ascii("event: control\n");
    private static final byte[] DATA_LINE = ascii("data:");

    private final Encoding encoding;
    private byte[] held = new byte[0];

    SseEvents(ContentType contentType) {
        if (contentType.isJson()) {
            encoding = Encoding.JSON;
        } else if (contentType.isText()) {
            encoding = Encoding.TEXT;
        } else {
            encoding = Encoding.BASE64;
        }
    }

    boolean isBase64() {
        return encoding == Encoding.BASE64;
    }

    /** One data event if the page holds data, and the control event that says where it ends. */
    ByteBuffer of(StreamPage page, String cursor) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        if (!page.messages().isEmpty() || (page.closed() && held.length > 0)) {
            data(page, out);
        }
        control(page, cursor, out);
        return ByteBuffer.wrap(out.toByteArray());
    }

    /** A line that every reader passes over. */
    static ByteBuffer comment() {
        return ByteBuffer.wrap(ascii(":\n\n"));
    }

    private void data(StreamPage page, ByteArrayOutputStream out) {
        byte[] body = PageBody.of(page, encoding == Encoding.JSON);
        if (encoding == Encoding.BASE64) {
            body = Base64.getEncoder().encode(body);
        } else if (encoding == Encoding.TEXT) {
            body = wholeCharacters(body, page.closed());
            if (body.length == 0) {
                return;
            }
        }
        out.writeBytes(DATA_EVENT);
        lines(body, out);
        out.write('\n');
    }

    private static void lines(byte[] body, ByteArrayOutputStream out) {
        int start = 0;
        for (int i = 0; i < body.length; i++) {
            if (body[i] == '\n' || body[i] == '\r') {
                line(body, start, i, out);
                boolean isPair = body[i] == '\r' && i + 1 < body.length && body[i + 1] == '\n';
                i += isPair ? 1 : 0;
                start = i + 1;
            }
        }
        line(body, start, body.length, out);
    }

    private static void line(byte[] body, int start, int end, ByteArrayOutputStream out) {
        out.writeBytes(DATA_LINE);
        if (start < end && body[start] == ' ') {
            // A reader drops one space after the colon: without this one, it would drop the data's own.
            out.write(' ');
        }
        out.write(body, start, end - start);
        out.write('\n');
    }

    /** @param last whether nothing follows: what is not whole then never will be, and is given out as it is */
    private byte[] wholeCharacters(byte[] body, boolean last) {
        byte[] all = body;
        if (held.length > 0) {
            all = Arrays.copyOf(held, held.length + body.length);
            System.arraycopy(body, 0, all, held.length, body.length);
        }
        int end = all.length - (last ? 0 : incompleteTail(all));
        held = Arrays.copyOfRange(all, end, all.length);
        return end == all.length ? all : Arrays.copyOf(all, end);
    }

    /** How many bytes at the end are the beginning of a character of UTF-8 that is not whole. */
    private static int incompleteTail(byte[] utf8) {
        for (int back = 1; back <= Math.min(3, utf8.length); back++) {
            int octet = utf8[utf8.length - back] & 0xff;
            if (octet < 0x80) {
                return 0;
            }
            if (octet >= 0xc0) {
                int width = octet > 0xf4 ? 1 : octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
                return width > back ? back : 0;
            }
        }
        return 0;
    }

    private static void control(StreamPage page, String cursor, ByteArrayOutputStream out) {
        StringBuilder json = new StringBuilder(128);
        json.append("{\"streamNextOffset\":\"").append(page.next().token()).append('"');
        if (!page.closed()) {
            json.append(",\"streamCursor\":\"").append(cursor).append('"');
        }
        if (page.upToDate()) {
            json.append(",\"upToDate\":true");
        }
        if (page.closed()) {
            json.append(",\"streamClosed\":true");
        }
        out.writeBytes(CONTROL_EVENT);
        out.writeBytes(DATA_LINE);
        out.writeBytes(ascii(json.append("}\n\n").toString()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
