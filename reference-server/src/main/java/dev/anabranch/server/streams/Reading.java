package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.server.http.StreamView;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamPage;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;

/** {@code GET}: what is there already (section 5.6), and how a page looks as a response. */
final class Reading {

    private static final int EVENT_BYTES_MAX = 256 << 10;

    private final StreamEngine engine;
    private final Caching caching;
    private final int bytesMax;

    Reading(StreamEngine engine, Caching caching, int bytesMax) {
        this.engine = engine;
        this.caching = caching;
        this.bytesMax = bytesMax;
    }

    StreamRead read(Exchange exchange, Offset from) {
        return view(exchange, engine.read(exchange.name(), from, bytesMax));
    }

    /** A smaller piece, of which many connections can hold one each. */
    StreamRead readForEvents(Exchange exchange, Offset from) {
        return view(exchange, engine.read(exchange.name(), from, Math.min(bytesMax, EVENT_BYTES_MAX)));
    }

    private static StreamRead view(Exchange exchange, StreamRead read) {
        return StreamView.of(exchange.request())
                .map(view -> new StreamRead(read.status(), view.shown().apply(read.page())))
                .orElse(read);
    }

    /** Answers a catch-up read. */
    void catchUp(Exchange exchange, Offset from) {
        StreamRead read = read(exchange, from);
        if (from.equals(Offset.NOW)) {
            reply(exchange, read, "no-store");
            return;
        }
        conditional(exchange, read);
    }

    /** Answers with the page, or with 304 if the reader has it already. */
    void conditional(Exchange exchange, StreamRead read) {
        String etag = Caching.etag(read);
        exchange.header(HttpHeader.ETAG.asString(), etag);
        String cacheControl = read.page().messages().isEmpty()
                ? "no-cache" // the next append is news at once
                : caching.control(read.status().head().expiry());
        List<String> known = exchange.request().getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH);
        if (Caching.matches(known, etag)) {
            state(exchange, read.page());
            exchange.header(HttpHeader.CACHE_CONTROL.asString(), cacheControl);
            exchange.reply(304);
            return;
        }
        reply(exchange, read, cacheControl);
    }

    /** Answers a live read that began at the tail of its moment, which no cache may repeat. */
    void fresh(Exchange exchange, StreamRead read) {
        reply(exchange, read, "no-store");
    }

    /** The headers that say where {@code page} ends. */
    static void state(Exchange exchange, StreamPage page) {
        exchange.header(StreamHeaders.NEXT_OFFSET, page.next().token());
        if (page.upToDate()) {
            exchange.header(StreamHeaders.UP_TO_DATE, "true");
        }
        if (page.closed()) {
            exchange.header(StreamHeaders.CLOSED, "true");
        }
    }

    private static void reply(Exchange exchange, StreamRead read, String cacheControl) {
        state(exchange, read.page());
        exchange.header(
                HttpHeader.CONTENT_TYPE.asString(),
                read.status().head().contentType().value());
        exchange.header(HttpHeader.CACHE_CONTROL.asString(), cacheControl);
        exchange.reply(
                200, PageBody.of(read.page(), read.status().head().contentType().isJson()));
    }
}
