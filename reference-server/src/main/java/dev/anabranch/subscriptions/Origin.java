package dev.anabranch.subscriptions;

import java.time.Instant;

/**
 * What never changes about a subscription.
 *
 * @param baseUrl the URL of the streams as the creator called it; callbacks go there
 * @param incarnation tells this subscription from an earlier one of the same id
 */
record Origin(
        SubscriptionId id,
        SubscriptionConfig config,
        String configHash,
        Instant created,
        String owner,
        String baseUrl,
        String incarnation) {}
