package dev.anabranch.server.search;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.stream.Offset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of sessions, folded for search and kept in memory as far as there is room; the least recently searched make
 * way. Safe for use by many threads.
 */
final class SessionTexts {

    private static final int PAGE = 500;

    /** A message's text. */
    record Text(HistoryMessage message, String folded) {

        int size() {
            return 200
                    + 2 * folded.length()
                    + 2 * message.json().length()
                    + 2 * message.text().length();
        }
    }

    /** What a session had from an index on when its tail was at {@code tail}. */
    private record Part(int fromIndex, Offset tail, List<Text> texts, long size) {}

    private final long bytesMax;
    private final Map<String, Part> parts = new LinkedHashMap<>(16, 0.75f, true); // guarded by this.parts
    private long bytes; // guarded by parts

    SessionTexts(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The messages of a session from an index on, as they are now. */
    List<Text> of(AgentSession session, int fromIndex) {
        Offset tail = session.tail();
        Part known;
        synchronized (parts) {
            known = parts.get(session.id());
        }
        if (known != null && known.fromIndex() == fromIndex && known.tail().equals(tail)) {
            return known.texts();
        }
        Part read = read(session, fromIndex, tail);
        keep(session.id(), read);
        return read.texts();
    }

    /** Forgets a session. */
    void drop(String session) {
        synchronized (parts) {
            Part dropped = parts.remove(session);
            bytes -= dropped == null ? 0 : dropped.size();
        }
    }

    private void keep(String session, Part part) {
        if (part.size() > bytesMax) {
            drop(session);
            return;
        }
        synchronized (parts) {
            Part before = parts.put(session, part);
            bytes += part.size() - (before == null ? 0 : before.size());
            var eldest = parts.entrySet().iterator();
            while (bytes > bytesMax && eldest.hasNext()) {
                bytes -= eldest.next().getValue().size();
                eldest.remove();
            }
        }
    }

    private static Part read(AgentSession session, int fromIndex, Offset tail) {
        List<Text> texts = new ArrayList<>();
        long size = 0;
        int next = fromIndex;
        while (true) {
            HistoryPage page = session.history(next, PAGE);
            for (HistoryMessage message : page.messages()) {
                Text text = new Text(message, SearchQuery.fold(message.text()));
                texts.add(text);
                size += text.size();
            }
            if (page.isLast() || page.nextIndex() <= next) {
                return new Part(fromIndex, tail, List.copyOf(texts), size);
            }
            next = page.nextIndex();
        }
    }
}
