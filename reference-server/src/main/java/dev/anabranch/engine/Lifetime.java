package dev.anabranch.engine;

import dev.anabranch.stream.Expiry;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** How long a stream lives. Safe for use by many threads. */
final class Lifetime {

    /*
     * An access and the decision that the stream has expired exclude each other: both are one compare-and-set on the
     * time of the last access. Whoever read or wrote in time has moved it, and the stream lives on; once it has been
     * judged expired, no access succeeds any more.
     */

    private static final long EXPIRED = Long.MIN_VALUE;

    private final Expiry expiry;
    private final AtomicLong accessed;

    Lifetime(Expiry expiry, long accessed) {
        this.expiry = expiry;
        this.accessed = new AtomicLong(accessed);
    }

    /** When a new stream with this expiry is to be looked at; 0 for never. */
    static long due(Expiry expiry, long now) {
        return expiry instanceof Expiry.Ttl ttl ? deadline(ttl, now) : 0;
    }

    boolean isSliding() {
        return expiry instanceof Expiry.Ttl;
    }

    /** The last access. */
    long accessed() {
        return accessed.get();
    }

    /** When the stream expires if nobody comes. Only for a TTL. */
    long due() {
        return due(expiry, accessed.get());
    }

    boolean hasExpired(long now, Instant calendar) {
        if (expiry instanceof Expiry.At at) {
            return !calendar.isBefore(at.time());
        }
        return accessed.get() == EXPIRED || (expiry instanceof Expiry.Ttl ttl && now >= deadline(ttl, accessed.get()));
    }

    /** Starts a TTL anew; false if the stream has expired. */
    boolean touch(long now, Instant calendar) {
        while (true) {
            long last = accessed.get();
            if (hasExpired(now, calendar) || last == EXPIRED) {
                return false;
            }
            if (!isSliding() || now <= last || accessed.compareAndSet(last, now)) {
                return true;
            }
        }
    }

    /** Ends a stream that has expired, for good; false if it has not. */
    boolean end(long now, Instant calendar) {
        while (true) {
            long last = accessed.get();
            if (!hasExpired(now, calendar)) {
                return false;
            }
            if (last == EXPIRED || !isSliding() || accessed.compareAndSet(last, EXPIRED)) {
                return true;
            }
        }
    }

    private static long deadline(Expiry.Ttl ttl, long accessed) {
        long idle = ttl.idle().toSeconds();
        // A TTL of ages must not wrap around.
        return idle > Long.MAX_VALUE / 4000 ? Long.MAX_VALUE / 2 : accessed + idle * 1000;
    }
}
