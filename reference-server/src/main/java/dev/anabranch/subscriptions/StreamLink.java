package dev.anabranch.subscriptions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;

/**
 * A stream that a subscription follows, as workers see it (PROTOCOL.md section 6.1).
 *
 * @param explicit whether it was named one by one, possibly beside the pattern
 * @param acked the last processed offset, inclusive
 * @param tail where the stream ends now
 * @param pending whether there is something after {@code acked}
 */
public record StreamLink(StreamName path, boolean explicit, Offset acked, Offset tail, boolean pending) {

    /** As workers are told. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("path", path.value())
                .put("link_type", explicit ? "explicit" : "glob")
                .put("acked_offset", acked.token())
                .put("tail_offset", tail.token())
                .put("has_pending", pending);
    }
}
