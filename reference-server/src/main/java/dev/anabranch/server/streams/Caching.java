package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamRead;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.StreamPage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/** What caches are told about reads (section 10.1). */
final class Caching {

    private static final long FRESH_SECONDS = 60;
    private static final long STALE_SECONDS = 300;

    private static final Pattern TAG = Pattern.compile("\"[^\"]*\"");

    private final boolean isPrivate;
    private final InstantSource clock;

    /** @param isPrivate whether who may read depends on who asks, so that shared caches must not answer */
    Caching(boolean isPrivate, InstantSource clock) {
        this.isPrivate = isPrivate;
        this.clock = clock;
    }

    /** The {@code Cache-Control} of a page with data. Nothing is fresh for longer than its stream lives. */
    String control(Expiry expiry) {
        String scope = isPrivate ? "private" : "public";
        if (expiry instanceof Expiry.Never) {
            return scope + ", max-age=" + FRESH_SECONDS + ", stale-while-revalidate=" + STALE_SECONDS;
        }
        long left = Math.min(FRESH_SECONDS, secondsLeft(expiry));
        return left <= 0 ? "no-store" : scope + ", max-age=" + left;
    }

    /** Tells the bytes between two offsets of one stream, and whether it ends there. */
    static String etag(StreamRead read) {
        StreamPage page = read.page();
        String closed = page.closed() ? ":c" : "";
        return "\"" + read.status().streamId() + ":" + page.from().token() + ":"
                + page.next().token() + closed + "\"";
    }

    /**
     * Whether an {@code If-None-Match} has this tag, by the weak comparison of RFC 9110 section 8.8.3.2.
     *
     * @param ifNoneMatch the values of the header, each a list of tags
     */
    static boolean matches(List<String> ifNoneMatch, String etag) {
        return ifNoneMatch.stream()
                .anyMatch(value -> value.strip().equals("*")
                        || TAG.matcher(value)
                                .results()
                                .anyMatch(tag -> tag.group().equals(etag)));
    }

    private long secondsLeft(Expiry expiry) {
        if (expiry instanceof Expiry.Ttl ttl) {
            return ttl.idle().toSeconds();
        }
        if (expiry instanceof Expiry.At at) {
            return Duration.between(clock.instant(), at.time()).toSeconds();
        }
        throw new AssertionError("no lifetime of " + expiry);
    }
}
