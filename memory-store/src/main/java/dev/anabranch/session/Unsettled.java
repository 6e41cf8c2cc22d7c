package dev.anabranch.session;

import dev.anabranch.entry.TypedEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages of which it is not known whether they were written, the newest few hundred. For one thread at a time. */
final class Unsettled {

    private static final int COUNT_MAX = 256;

    private final Map<String, List<TypedEntry>> entries = new LinkedHashMap<>();

    /** An append of this message, together with these entries, is under way. */
    void add(String messageId, List<TypedEntry> beside) {
        entries.put(messageId, beside);
        if (entries.size() > COUNT_MAX) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    /** It is known what became of the message. */
    void remove(String messageId) {
        entries.remove(messageId);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** What an append of this message was to write beside it, if nobody has said yet that it was written. */
    Optional<List<TypedEntry>> find(String messageId) {
        return Optional.ofNullable(entries.get(messageId));
    }
}
