package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamStatus;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A stream that is linked to subscriptions, with what is known of it. Used by the loop's thread alone. */
final class Followed {

    /** The tail of a stream that holds nothing; also of one that does not exist. */
    static final Offset START = new Offset("0000000000000000_0000000000000000");

    private final StreamName name;
    private final Set<Link> links = new LinkedHashSet<>();
    private long streamId;
    private long matchedId;
    private Offset tail = START;

    Followed(StreamName name, Optional<StreamStatus> status) {
        this.name = name;
        update(status);
    }

    StreamName name() {
        return name;
    }

    /** The stream that has the name now, or 0 if there is none. */
    long streamId() {
        return streamId;
    }

    Offset tail() {
        return tail;
    }

    /** The links as they are now: a copy, so that they may change meanwhile. */
    List<Link> links() {
        return new ArrayList<>(links);
    }

    boolean link(Link link) {
        return links.add(link);
    }

    boolean unlink(Link link) {
        return links.remove(link);
    }

    boolean isUnlinked() {
        return links.isEmpty();
    }

    /** Whether the patterns of all subscriptions have been held against this stream. */
    boolean isMatched(long id) {
        return matchedId == id;
    }

    void matched(long id) {
        matchedId = id;
    }

    void update(Optional<StreamStatus> status) {
        streamId = status.map(StreamStatus::streamId).orElse(0L);
        tail = status.map(known -> known.head().tail()).orElse(START);
    }
}
