package dev.anabranch.subscriptions;

import java.util.Optional;

/**
 * How much subscriptions may take up, and where their workers call back.
 *
 * @param subscriptionsMax how many there may be
 * @param streamsPerWakeMax how many streams one wake or claim tells of; the rest is told by the next
 * @param deliveriesMax how many webhook requests are under way at the same time; further wakes wait for their turn
 * @param baseUrl the URL of all streams, without a slash at its end; empty to call back where a subscription was
 *     created
 */
public record SubscriptionOptions(
        int subscriptionsMax, int streamsPerWakeMax, int deliveriesMax, Optional<String> baseUrl) {

    public static final SubscriptionOptions DEFAULTS = new SubscriptionOptions(10_000, 1_000, 64, Optional.empty());

    public SubscriptionOptions {
        if (subscriptionsMax <= 0 || streamsPerWakeMax <= 0 || deliveriesMax <= 0) {
            throw new IllegalArgumentException("a limit of subscriptions is not positive");
        }
    }

    public SubscriptionOptions withBaseUrl(Optional<String> url) {
        return new SubscriptionOptions(subscriptionsMax, streamsPerWakeMax, deliveriesMax, url);
    }
}
