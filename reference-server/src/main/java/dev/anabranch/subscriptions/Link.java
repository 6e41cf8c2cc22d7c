package dev.anabranch.subscriptions;

import dev.anabranch.stream.Offset;

/** A stream's link to one subscription. Used by the loop's thread alone. */
final class Link {

    private final Subscription subscription;
    private final Followed stream;
    private boolean glob;
    private boolean explicit;
    private long streamId;
    private Offset acked;

    Link(Subscription subscription, Followed stream, LinkRow row) {
        this.subscription = subscription;
        this.stream = stream;
        this.streamId = row.streamId();
        this.acked = row.acked();
        set(row);
    }

    Subscription subscription() {
        return subscription;
    }

    Followed stream() {
        return stream;
    }

    boolean isGlob() {
        return glob;
    }

    boolean isExplicit() {
        return explicit;
    }

    Offset acked() {
        return acked;
    }

    void set(LinkRow row) {
        glob = row.glob();
        explicit = row.explicit();
        streamId = row.streamId();
        // Most links stand at the tail, and many at the same one: it is held once.
        acked = row.acked().equals(stream.tail()) ? stream.tail() : row.acked();
    }

    void unlinkGlob() {
        glob = false;
    }

    /** Starts over if the name now belongs to another stream than the one that was acked. */
    void follow() {
        if (streamId != stream.streamId()) {
            if (streamId != 0) {
                acked = Offset.BEGINNING;
            }
            streamId = stream.streamId();
        }
    }

    boolean isPending() {
        return stream.tail().compareTo(acked) > 0 && !stream.tail().equals(Followed.START);
    }

    LinkRow row() {
        return new LinkRow(stream.name(), glob, explicit, streamId, acked);
    }

    LinkRow row(Offset nowAcked) {
        return new LinkRow(stream.name(), glob, explicit, stream.streamId(), nowAcked);
    }

    StreamLink view() {
        return new StreamLink(stream.name(), explicit, acked, stream.tail(), isPending());
    }
}
