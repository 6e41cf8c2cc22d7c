package dev.anabranch.subscriptions;

import java.time.Duration;
import java.util.List;

/**
 * A worker's hold on a subscription (PROTOCOL.md section 7.2).
 *
 * @param token goes with every ack and release
 * @param streams the streams, those with something pending first; not more than the limit of one wake
 */
public record Claim(String wakeId, long generation, String token, List<StreamLink> streams, Duration leaseTtl) {

    public Claim {
        streams = List.copyOf(streams);
    }
}
