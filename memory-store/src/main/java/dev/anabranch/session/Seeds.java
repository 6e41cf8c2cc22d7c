package dev.anabranch.session;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The states in which branches begin, the last few used: branches of the same parent from the same place begin in the
 * same one. Safe for use by many threads.
 */
final class Seeds {

    private static final int COUNT_MAX = 8;

    /** Least recently used first. */
    private final LinkedHashMap<Key, SessionState> states = new LinkedHashMap<>(16, 0.75f, true);

    /** Where a branch begins. */
    record Key(StreamName parent, Offset offset, long subOffset) {}

    /** The state of the parent at a branch's beginning, and how to read the branch on from there. */
    record Seed(SessionState state, Offset from, long skip) {}

    Optional<Seed> find(Key key) {
        synchronized (states) {
            return Optional.ofNullable(states.get(key)).map(state -> new Seed(state, key.offset(), key.subOffset()));
        }
    }

    void keep(Key key, SessionState state) {
        synchronized (states) {
            states.put(key, state);
            if (states.size() > COUNT_MAX) {
                states.remove(states.keySet().iterator().next());
            }
        }
    }
}
