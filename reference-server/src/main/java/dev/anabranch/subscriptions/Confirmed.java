package dev.anabranch.subscriptions;

/**
 * What became of a request to create a subscription.
 *
 * @param created whether it is new, and was not there already with the same configuration
 */
public record Confirmed(SubscriptionView view, boolean created) {}
