package dev.anabranch.server.health;

import dev.anabranch.engine.StreamEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store takes writes, found out by writing. However many ask, at most one probe is under way, and what it
 * found holds for a moment: asking must not become a load on the disk. Safe for use by many threads.
 */
final class Readiness {

    /** How long a finding holds. */
    static final Duration HOLDS = Duration.ofSeconds(1);

    /** A disk that takes longer than this counts as one that takes no writes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StreamEngine engine;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    private @Nullable CompletableFuture<Void> probe; // guarded by lock
    private long begun; // guarded by lock

    Readiness(StreamEngine engine, LongSupplier nanoTime) {
        this.engine = engine;
        this.nanoTime = nanoTime;
    }

    /** Completes if the store takes writes, and fails with the reason if it does not. */
    CompletableFuture<Void> check() {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            CompletableFuture<Void> last = probe;
            if (last != null && (!last.isDone() || now - begun < HOLDS.toNanos())) {
                return last.copy();
            }
            CompletableFuture<Void> fresh = engine.probe().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            probe = fresh;
            begun = now;
            return fresh.copy();
        }
    }
}
