package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a subscription was asked to be, normalised: two requests for the same are equal.
 *
 * @param pattern which streams are linked by their names
 * @param streams which streams are linked one by one from the beginning; sorted, each once
 * @param leaseTtl how long a worker may be silent
 */
public record SubscriptionConfig(
        Delivery delivery,
        Optional<StreamPattern> pattern,
        List<StreamName> streams,
        Duration leaseTtl,
        Optional<String> description) {

    public static final Duration LEASE_MIN = Duration.ofSeconds(1);
    public static final Duration LEASE_MAX = Duration.ofMinutes(10);
    public static final Duration LEASE_DEFAULT = Duration.ofSeconds(30);

    /** The first segment of the names that belong to the server itself (PROTOCOL.md section 6). */
    public static final String RESERVED = "__ds";

    /** The longest description, in characters. */
    public static final int DESCRIPTION_LENGTH_MAX = 4096;

    /** The most streams that one request may name. */
    public static final int STREAMS_MAX = 10_000;

    public SubscriptionConfig {
        streams = streams.stream().distinct().sorted().toList();
        if (pattern.isEmpty() && streams.isEmpty()) {
            throw new IllegalArgumentException("at least one of pattern and streams is required");
        }
        requireLinkable(streams);
        if (leaseTtl.compareTo(LEASE_MIN) < 0 || leaseTtl.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException("lease_ttl_ms is not from " + LEASE_MIN.toMillis() + " to "
                    + LEASE_MAX.toMillis() + ": " + leaseTtl.toMillis());
        }
        if (description.isPresent() && description.get().length() > DESCRIPTION_LENGTH_MAX) {
            throw new IllegalArgumentException("description is longer than " + DESCRIPTION_LENGTH_MAX + " characters");
        }
        if (delivery instanceof Delivery.PullWake pull) {
            if (isReserved(pull.wakeStream())) {
                throw new IllegalArgumentException("wake_stream is reserved for the server: " + pull.wakeStream());
            }
            if (streams.contains(pull.wakeStream())) {
                throw new IllegalArgumentException("wake_stream is among the streams it would tell of");
            }
        }
    }

    /** Whether {@code name} belongs to the server itself and is no application's stream. */
    public static boolean isReserved(StreamName name) {
        return name.value().equals(RESERVED) || name.value().startsWith(RESERVED + "/");
    }

    /**
     * Checks that these may be linked one by one.
     *
     * @throws IllegalArgumentException if one is reserved, or there are too many
     */
    static void requireLinkable(List<StreamName> streams) {
        if (streams.size() > STREAMS_MAX) {
            throw new IllegalArgumentException("there are more than " + STREAMS_MAX + " streams");
        }
        for (StreamName stream : streams) {
            if (isReserved(stream)) {
                throw new IllegalArgumentException("stream is reserved for the server: " + stream);
            }
        }
    }

    /** Whether {@code name} is linked by the pattern: a wake stream never is, or each wake would cause the next. */
    boolean linksByPattern(StreamName name) {
        return !isReserved(name)
                && !isWakeStream(name)
                && pattern.isPresent()
                && pattern.get().matches(name);
    }

    boolean isWakeStream(StreamName name) {
        return delivery instanceof Delivery.PullWake pull && pull.wakeStream().equals(name);
    }

    boolean isWebhook() {
        return delivery instanceof Delivery.Webhook;
    }
}
