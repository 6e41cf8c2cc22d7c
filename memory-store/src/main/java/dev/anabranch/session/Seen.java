package dev.anabranch.session;

import java.util.ArrayList;
import java.util.List;

/**
 * What a writer knows of a session: its first entries, and those that the writer wrote itself. Others may have written
 * in between, which a list that the writer made says nothing about.
 *
 * @param upTo how many entries the writer has looked at, from the first on
 * @param own what the writer wrote, in ascending order; the oldest is forgotten when there is too much of it
 * @param emptyWindow whether the window was empty when the writer last looked
 */
record Seen(long upTo, List<Range> own, boolean emptyWindow) {

    static final Seen NOTHING = new Seen(0, List.of(), true);

    private static final int RANGES_MAX = 64;

    /** Entries from {@code from} up to {@code to}, exclusively. */
    record Range(long from, long to) {}

    Seen {
        own = List.copyOf(own);
    }

    /** Everything there is. */
    static Seen all(SessionState state) {
        return upTo(state.cursor().entries());
    }

    static Seen upTo(long entries) {
        return new Seen(entries, List.of(), false);
    }

    boolean has(long entry) {
        return entry < upTo || wrote(entry);
    }

    boolean wrote(long entry) {
        for (int i = own.size() - 1; i >= 0 && own.get(i).to() > entry; i--) {
            if (own.get(i).from() <= entry) {
                return true;
            }
        }
        return false;
    }

    /** After a look at the whole session. */
    Seen looked(SessionState state) {
        return new Seen(state.cursor().entries(), own, state.window().isEmpty());
    }

    /** As of an earlier or later look. What the writer wrote, it knows either way. */
    Seen withUpTo(long entries) {
        return new Seen(entries, own, emptyWindow);
    }

    Seen withOwn(Range written) {
        List<Range> ranges = new ArrayList<>(own);
        Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
        if (last != null && last.to() == written.from()) {
            ranges.set(ranges.size() - 1, new Range(last.from(), written.to()));
        } else {
            ranges.add(written);
        }
        return new Seen(
                upTo == written.from() ? written.to() : upTo,
                ranges.subList(Math.max(0, ranges.size() - RANGES_MAX), ranges.size()),
                emptyWindow);
    }
}
