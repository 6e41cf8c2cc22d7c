package dev.anabranch.subscriptions;

/**
 * How much subscriptions may take up.
 *
 * @param subscriptionsMax how many there may be
 * @param streamsPerWakeMax how many streams one wake or claim tells of; the rest is told by the next
 * @param deliveriesMax how many webhook requests are under way at the same time; further wakes wait for their turn
 */
public record SubscriptionOptions(int subscriptionsMax, int streamsPerWakeMax, int deliveriesMax) {

    public static final SubscriptionOptions DEFAULTS = new SubscriptionOptions(10_000, 1_000, 64);

    public SubscriptionOptions {
        if (subscriptionsMax <= 0 || streamsPerWakeMax <= 0 || deliveriesMax <= 0) {
            throw new IllegalArgumentException("a limit of subscriptions is not positive");
        }
    }
}
