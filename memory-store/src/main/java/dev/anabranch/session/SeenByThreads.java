package dev.anabranch.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each thread has seen of one session: LangChain4j reads and writes on the same thread, within one {@code add}.
 * Not safe for use by many threads at once: the session's lock guards it.
 */
final class SeenByThreads {

    private static final int THREADS_MAX = 256;

    private final Map<Long, Seen> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
            return size() > THREADS_MAX;
        }
    };

    /** What the calling thread has seen; empty if it has neither looked nor written yet. */
    Optional<Seen> mine() {
        return Optional.ofNullable(seen.get(Thread.currentThread().getId()));
    }

    void note(Seen mine) {
        seen.put(Thread.currentThread().getId(), mine);
    }

    /** The stream is gone, or never was: of the one that comes next, those who looked have seen nothing. */
    void nothing() {
        seen.replaceAll((thread, before) -> Seen.NOTHING);
    }
}
