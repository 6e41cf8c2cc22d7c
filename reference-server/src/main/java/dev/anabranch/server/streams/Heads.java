package dev.anabranch.server.streams;

import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.StreamHead;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Spells a stream's metadata in response headers. */
final class Heads {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Heads() {}

    /** All of section 5.5. */
    static void write(StreamHead head, Exchange exchange) {
        exchange.header("Content-Type", head.contentType().value());
        exchange.header(StreamHeaders.NEXT_OFFSET, head.tail().token());
        if (head.expiry() instanceof Expiry.Ttl ttl) {
            exchange.header(StreamHeaders.TTL, Long.toString(ttl.idle().toSeconds()));
        }
        if (head.expiry() instanceof Expiry.At at) {
            exchange.header(StreamHeaders.EXPIRES_AT, TIMESTAMP.format(at.time()));
        }
        if (head.closed()) {
            exchange.header(StreamHeaders.CLOSED, "true");
        }
    }
}
