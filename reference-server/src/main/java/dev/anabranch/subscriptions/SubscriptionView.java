package dev.anabranch.subscriptions;

import java.time.Instant;
import java.util.List;

/**
 * A subscription, as clients see it (PROTOCOL.md section 6.3).
 *
 * @param owner who created it
 * @param failed whether the last attempt to deliver failed and another is to come
 */
public record SubscriptionView(
        SubscriptionId id,
        SubscriptionConfig config,
        List<StreamLink> streams,
        Instant created,
        String owner,
        boolean failed) {

    public SubscriptionView {
        streams = List.copyOf(streams);
    }
}
