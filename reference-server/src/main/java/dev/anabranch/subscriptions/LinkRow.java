package dev.anabranch.subscriptions;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;

/**
 * A link as it is kept.
 *
 * @param streamId the stream that {@code acked} is a place of; 0 if there was none of this name
 */
record LinkRow(StreamName path, boolean glob, boolean explicit, long streamId, Offset acked) {

    LinkRow asExplicit(boolean isExplicit) {
        return new LinkRow(path, glob, isExplicit, streamId, acked);
    }

    LinkRow asGlob() {
        return new LinkRow(path, true, explicit, streamId, acked);
    }
}
