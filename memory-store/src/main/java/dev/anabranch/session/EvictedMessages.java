package dev.anabranch.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The messages that left a session's window: lately, with what they say; long ago, with when and why they left; before
 * that, nothing. Not safe for use by many threads.
 */
final class EvictedMessages {

    /** Those that are remembered, so that a stale list is told from a wish to bring them back. */
    private static final int COUNT_MAX = 4_096;

    /** Those whose content is remembered; what is brought back beyond that is read again. */
    private static final int CONTENT_MAX = 256;

    private static final long BYTES_MAX = 1 << 20;

    private record Lately(WindowMessage message, String reason) {}

    private record LongAgo(long entry, String reason) {}

    private final boolean keepAll;
    private final LinkedHashMap<String, Lately> lately = new LinkedHashMap<>();
    private final LinkedHashMap<String, LongAgo> longAgo = new LinkedHashMap<>();
    private long bytes;

    /** @param keepAll remembers the content of all of them */
    EvictedMessages(boolean keepAll) {
        this.keepAll = keepAll;
    }

    /** Takes over what is remembered by the session that a branch was forked from. */
    void inherit(EvictedMessages parent) {
        parent.lately.forEach(
                (id, gone) -> lately.put(id, new Lately(gone.message().inherited(), gone.reason())));
        longAgo.putAll(parent.longAgo);
        bytes = parent.bytes;
    }

    /** A message has left. */
    void add(WindowMessage message, String reason) {
        lately.put(message.id(), new Lately(message, reason));
        bytes += size(message);
        forget();
    }

    private void forget() {
        while (!keepAll && (lately.size() > CONTENT_MAX || bytes > BYTES_MAX)) {
            Map.Entry<String, Lately> eldest = lately.entrySet().iterator().next();
            Lately gone = eldest.getValue();
            lately.remove(eldest.getKey());
            bytes -= size(gone.message());
            longAgo.put(eldest.getKey(), new LongAgo(gone.message().lastChange(), gone.reason()));
        }
        while (longAgo.size() > COUNT_MAX) {
            longAgo.remove(longAgo.keySet().iterator().next());
        }
    }

    /** Gives a message back, if its content is remembered. */
    Optional<WindowMessage> take(String id) {
        Lately gone = lately.remove(id);
        if (gone == null) {
            return Optional.empty();
        }
        bytes -= size(gone.message());
        return Optional.of(gone.message());
    }

    /** Whether the content of a message is remembered. */
    boolean holds(String id) {
        return lately.containsKey(id);
    }

    /** The number of the entry by which a message left, if that is remembered. */
    Optional<Long> by(String id) {
        Lately gone = lately.get(id);
        return gone != null
                ? Optional.of(gone.message().lastChange())
                : Optional.ofNullable(longAgo.get(id)).map(LongAgo::entry);
    }

    /** Why a message left, if that is remembered. */
    Optional<String> reason(String id) {
        Lately gone = lately.get(id);
        return gone != null
                ? Optional.of(gone.reason())
                : Optional.ofNullable(longAgo.get(id)).map(LongAgo::reason);
    }

    /** About how much memory they take. */
    long bytes() {
        return bytes + 64L * longAgo.size();
    }

    private static int size(WindowMessage message) {
        return message.value().json().length();
    }
}
