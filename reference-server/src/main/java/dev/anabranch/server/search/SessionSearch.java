package dev.anabranch.server.search;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.anabranch.session.SessionPage;
import dev.anabranch.session.SessionQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds messages. Each message is found once, however many branches have it; of a branch only what is its own is read,
 * unless its parent cannot be searched. Memory is bounded: what does not fit is read again. Safe for use by many
 * threads.
 */
public final class SessionSearch {

    private static final long BYTES_MAX = 64L << 20;
    private static final int EXCERPT_LENGTH = 200;
    private static final int PAGE = 1_000;

    private final AgentSessions sessions;
    private final SessionTexts texts = new SessionTexts(BYTES_MAX);

    public SessionSearch(AgentSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * The best hits, best first, newer before older.
     *
     * @param which the sessions to search, however many
     * @param bySession whether only the best hit of each session counts
     */
    public List<SearchHit> find(SearchQuery query, SessionQuery which, int limit, boolean bySession) {
        texts.begin();
        Map<String, SessionInfo> searched = new HashMap<>();
        forEach(which, info -> searched.put(info.id(), info));
        List<Match> matches = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        // Parents before branches, so that a message is found where it was written.
        searched.values().stream()
                .sorted(Comparator.comparing(SessionInfo::createdAt))
                .forEach(info -> search(info, query, searched, seen, matches));
        Set<String> found = new HashSet<>();
        return matches.stream()
                .sorted(Comparator.comparingDouble(Match::score)
                        .thenComparing(match -> match.text().id())
                        .reversed())
                .filter(match -> !bySession || found.add(match.shownIn()))
                .map(match -> hit(match, query))
                .flatMap(Optional::stream)
                .limit(limit)
                .toList();
    }

    /** Forgets what is kept of a session in memory. */
    public void drop(String session) {
        texts.drop(session);
    }

    /**
     * A text that matches.
     *
     * @param session where it was found
     * @param shownIn where it was written, if that is searched
     */
    private record Match(String session, String shownIn, SessionTexts.Text text, double score) {}

    private void search(
            SessionInfo info,
            SearchQuery query,
            Map<String, SessionInfo> searched,
            Set<String> seen,
            List<Match> matches) {
        boolean parentIsSearched =
                info.forkedFrom().filter(searched::containsKey).isPresent();
        int from = parentIsSearched
                ? info.forkPoint().map(point -> point.messageCount()).orElse(0)
                : 0;
        try {
            for (SessionTexts.Text text : texts.of(sessions.session(info.id()), from)) {
                double score = query.score(text.folded());
                if (seen.add(text.id()) && score > 0) {
                    String shownIn = searched.containsKey(text.session()) ? text.session() : info.id();
                    matches.add(new Match(info.id(), shownIn, text, score));
                }
            }
        } catch (SessionNotFoundException deletedMeanwhile) {
            texts.drop(info.id());
        }
    }

    /** The message itself is read only for what is answered. */
    private Optional<SearchHit> hit(Match match, SearchQuery query) {
        try {
            AgentSession session = sessions.session(match.session());
            return message(session, match.text())
                    .map(message -> new SearchHit(
                            match.shownIn(), message, query.excerpt(message.text(), EXCERPT_LENGTH), match.score()));
        } catch (SessionNotFoundException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private static Optional<HistoryMessage> message(AgentSession session, SessionTexts.Text text) {
        if (text.index().isPresent()) {
            Optional<HistoryMessage> there = session.history(text.index().getAsInt(), 1).messages().stream()
                    .filter(message -> message.id().equals(text.id()))
                    .findFirst();
            if (there.isPresent()) {
                return there;
            }
        }
        return session.message(text.id());
    }

    private void forEach(SessionQuery which, Consumer<SessionInfo> action) {
        SessionQuery query = which.withLimit(PAGE);
        while (true) {
            SessionPage page = sessions.list(query);
            page.sessions().forEach(action);
            if (page.afterCursor().isEmpty()) {
                return;
            }
            query = query.withCursor(page.afterCursor().get());
        }
    }
}
