package dev.anabranch.engine;

import org.jspecify.annotations.Nullable;

/** Which stream of a chain of forks holds the records at a position. Immutable; forks share their source's. */
final class Lineage {

    /*
     * A fork holds what lies at and after the position where it left its source; the nearest ancestor that begins
     * before that holds what comes right before it, and so on up to the root. Ancestors that hold nothing a fork
     * can see are left out, so that the beginnings strictly grow on the way down.
     *
     * Each link also has a jump further up, of such a length that any ancestor is reached in a number of steps
     * logarithmic in the depth (Myers, "An applicative random-access stack", 1983): a read that crosses a chain of
     * thousands of forks stays cheap per message.
     */

    private final long streamId;
    private final long from;
    private final @Nullable Lineage parent;
    private final Lineage jump;
    private final int depth;

    private Lineage(long streamId, long from, @Nullable Lineage parent) {
        this.streamId = streamId;
        this.from = from;
        this.parent = parent;
        if (parent == null) {
            this.jump = this;
            this.depth = 0;
        } else {
            boolean even = parent.depth - parent.jump.depth == parent.jump.depth - parent.jump.jump.depth;
            this.jump = even ? parent.jump.jump : parent;
            this.depth = parent.depth + 1;
        }
    }

    /** Of a stream that holds all it shows. */
    static Lineage root(long streamId) {
        return new Lineage(streamId, 0, null);
    }

    /** Of a fork of this lineage's stream. */
    Lineage fork(long forkId, long position) {
        if (position == 0) {
            return root(forkId);
        }
        Lineage holder = this;
        while (holder.from >= position) {
            holder = holder.jump.from >= position ? holder.jump : up(holder);
        }
        return new Lineage(forkId, position, holder);
    }

    /** The place where the stream itself begins to hold records. */
    long from() {
        return from;
    }

    /** The piece of one stream that holds {@code position}, and ends at {@code tail} at the latest. */
    Segment segment(long position, long tail) {
        if (position >= from) {
            return new Segment(streamId, tail);
        }
        Lineage below = this;
        while (up(below).from > position) {
            below = below.jump.from > position ? below.jump : up(below);
        }
        return new Segment(up(below).streamId, Math.min(below.from, tail));
    }

    private static Lineage up(Lineage lineage) {
        if (lineage.parent == null) {
            throw new AssertionError("no stream above the root");
        }
        return lineage.parent;
    }

    /** @param to where another stream takes over, or the tail */
    record Segment(long streamId, long to) {}
}
