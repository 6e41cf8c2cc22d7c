package dev.anabranch.server.search;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of sessions, folded for search and kept in memory as far as there is room. Of a session that has grown only
 * what is new is read. Safe for use by many threads.
 */
final class SessionTexts {

    /*
     * Every search goes through all sessions, so that dropping the least recently used one would drop what is needed
     * next. What does not fit is therefore not kept, unless others have not been searched for a while.
     */

    private static final int PAGE = 500;
    private static final int STALE_AFTER_SEARCHES = 16;
    private static final int BYTES_PER_TEXT = 160;

    /**
     * A message's text.
     *
     * @param session the session that the message was written to
     */
    record Text(String id, String session, OptionalInt index, String folded) {

        static Text of(HistoryMessage message) {
            return new Text(message.id(), message.session(), message.index(), SearchQuery.fold(message.text()));
        }

        long size() {
            return BYTES_PER_TEXT + 2L * folded.length();
        }
    }

    /**
     * What a session had from an index on when its tail was at {@code tail}.
     *
     * @param stream tells the session from others that had its id
     */
    private record Part(StreamName stream, int fromIndex, Offset tail, List<Text> texts, long size, long searchedAt) {

        boolean isOf(AgentSession session, int index) {
            return fromIndex == index && stream.equals(session.stream());
        }

        Part searchedAt(long search) {
            return new Part(stream, fromIndex, tail, texts, size, search);
        }
    }

    private final long bytesMax;
    private final Map<String, Part> parts = new LinkedHashMap<>(16, 0.75f, true); // guarded by this.parts
    private long bytes; // guarded by parts
    private long searches; // guarded by parts

    SessionTexts(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** A search begins. */
    void begin() {
        synchronized (parts) {
            searches++;
        }
    }

    /** The messages of a session from an index on, as they are now. */
    List<Text> of(AgentSession session, int fromIndex) {
        Offset tail = session.tail();
        Part known = known(session, fromIndex);
        if (known != null && known.tail().equals(tail)) {
            return known.texts();
        }
        List<Text> texts = known == null ? read(session, fromIndex) : readOn(session, known);
        long size = texts.stream().mapToLong(Text::size).sum();
        keep(session.id(), new Part(session.stream(), fromIndex, tail, texts, size, 0));
        return texts;
    }

    /** Forgets a session. */
    void drop(String session) {
        synchronized (parts) {
            Part dropped = parts.remove(session);
            bytes -= dropped == null ? 0 : dropped.size();
        }
    }

    private @Nullable Part known(AgentSession session, int fromIndex) {
        synchronized (parts) {
            Part part = parts.get(session.id());
            if (part == null || !part.isOf(session, fromIndex)) {
                return null;
            }
            parts.put(session.id(), part.searchedAt(searches));
            return part;
        }
    }

    private void keep(String session, Part part) {
        synchronized (parts) {
            Part before = parts.remove(session);
            bytes -= before == null ? 0 : before.size();
            var eldest = parts.entrySet().iterator();
            while (bytes + part.size() > bytesMax && eldest.hasNext()) {
                Part candidate = eldest.next().getValue();
                if (candidate.searchedAt() + STALE_AFTER_SEARCHES > searches) {
                    return;
                }
                bytes -= candidate.size();
                eldest.remove();
            }
            if (bytes + part.size() <= bytesMax) {
                parts.put(session, part.searchedAt(searches));
                bytes += part.size();
            }
        }
    }

    private static List<Text> read(AgentSession session, int fromIndex) {
        List<Text> texts = new ArrayList<>();
        readFrom(session, fromIndex, texts, Set.of());
        return List.copyOf(texts);
    }

    /** Goes on where the last reading ended, if the messages up to there still stand where they stood. */
    private static List<Text> readOn(AgentSession session, Part known) {
        Optional<Text> last = lastCounted(known.texts());
        if (last.isEmpty()) {
            return read(session, known.fromIndex());
        }
        int index = last.get().index().orElseThrow();
        boolean stands = session.history(index, 1).messages().stream()
                .anyMatch(message -> message.id().equals(last.get().id()));
        if (!stands) {
            return read(session, known.fromIndex());
        }
        List<Text> texts = new ArrayList<>(known.texts());
        Set<String> ids = new HashSet<>();
        known.texts().forEach(text -> ids.add(text.id()));
        readFrom(session, index + 1, texts, ids);
        return List.copyOf(texts);
    }

    private static Optional<Text> lastCounted(List<Text> texts) {
        for (int i = texts.size() - 1; i >= 0; i--) {
            if (texts.get(i).index().isPresent()) {
                return Optional.of(texts.get(i));
            }
        }
        return Optional.empty();
    }

    private static void readFrom(AgentSession session, int fromIndex, List<Text> texts, Set<String> known) {
        int next = fromIndex;
        while (true) {
            HistoryPage page = session.history(next, PAGE);
            page.messages().stream()
                    .filter(message -> !known.contains(message.id()))
                    .map(Text::of)
                    .forEach(texts::add);
            if (page.isLast() || page.nextIndex() <= next) {
                return;
            }
            next = page.nextIndex();
        }
    }
}
