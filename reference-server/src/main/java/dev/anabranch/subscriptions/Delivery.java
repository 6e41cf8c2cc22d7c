package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;

/** How a subscription wakes its workers. */
public sealed interface Delivery {

    /** By a signed request to {@code url} (PROTOCOL.md section 7.1). */
    record Webhook(String url) implements Delivery {}

    /** By an event on {@code wakeStream}; workers then race to claim (section 7.2). */
    record PullWake(StreamName wakeStream) implements Delivery {}
}
