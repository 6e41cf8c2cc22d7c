package dev.anabranch.server.security;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How many requests each token may still make. Remembers the {@value #REMEMBERED} tokens last seen. */
public final class RateLimits {

    private static final int REMEMBERED = 10_000;

    private final SecurityOptions options;
    private final TimeMeter clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    }; // guarded by itself

    /**
     * Limits as the options say.
     *
     * @param nanoTime a clock that never goes back
     */
    public RateLimits(SecurityOptions options, LongSupplier nanoTime) {
        this.options = options;
        this.clock = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanoTime.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    /** Counts a request, or tells how long the caller should wait before the next. */
    public Optional<Duration> exceededBy(Caller caller) {
        if (options.requestsPerSecond() == 0) {
            return Optional.empty();
        }
        ConsumptionProbe probe = bucket(caller.credential()).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    private Bucket bucket(String credential) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(credential, unseen -> newBucket());
        }
    }

    private Bucket newBucket() {
        int perSecond = options.requestsPerSecond();
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(Math.max(perSecond, options.requestBurst()))
                .refillGreedy(perSecond, Duration.ofSeconds(1))
                .build();
        return Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(clock)
                .build();
    }
}
