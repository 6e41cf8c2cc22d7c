package dev.anabranch.subscriptions;

import java.util.Optional;

/**
 * How much subscriptions may take up, and where their workers call back.
 *
 * @param subscriptionsMax how many there may be
 * @param linksMax how many links to streams all subscriptions may have together; each takes some 200 bytes of memory
 * @param streamsPerWakeMax how many streams one wake or claim tells of; the rest is told by the next
 * @param deliveriesMax how many webhook requests are under way at the same time; further wakes wait for their turn
 * @param baseUrl the URL of all streams, without a slash at its end; empty to call back where a subscription was
 *     created
 */
public record SubscriptionOptions(
        int subscriptionsMax, long linksMax, int streamsPerWakeMax, int deliveriesMax, Optional<String> baseUrl) {

    private static final long HEAP_BYTES_PER_LINK = 600;

    /** So many links that they take up no more than a third of the memory that there is. */
    public static final SubscriptionOptions DEFAULTS = new SubscriptionOptions(
            10_000, Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_LINK, 1_000, 64, Optional.empty());

    public SubscriptionOptions {
        if (subscriptionsMax <= 0 || linksMax <= 0 || streamsPerWakeMax <= 0 || deliveriesMax <= 0) {
            throw new IllegalArgumentException("a limit of subscriptions is not positive");
        }
    }

    public SubscriptionOptions withBaseUrl(Optional<String> url) {
        return new SubscriptionOptions(subscriptionsMax, linksMax, streamsPerWakeMax, deliveriesMax, url);
    }
}
