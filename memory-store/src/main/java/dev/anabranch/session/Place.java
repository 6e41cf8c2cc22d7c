package dev.anabranch.session;

import dev.anabranch.session.HistoryMessage.Position;
import dev.anabranch.stream.Offset;

/** Where a message lies in its stream, in the terms of forks. */
final class Place {

    private final Position before;
    private final Offset offset;
    private Position after;

    Place(Position before, Position after, Offset offset) {
        this.before = before;
        this.after = after;
        this.offset = offset;
    }

    Position before() {
        return before;
    }

    Position after() {
        return after;
    }

    /** As {@link HistoryMessage#offset}. */
    Offset offset() {
        return offset;
    }

    /** The message turned out to be the last of its append: the append's own offset follows it. */
    void endsAppend(Offset end) {
        after = new Position(end, 0);
    }
}
