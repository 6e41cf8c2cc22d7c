package dev.anabranch.server.search;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
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
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
     * The best hits, best first, newer before older. Archived sessions are searched, scratches are not.
     *
     * @param visible the sessions to search
     * @param bySession whether only the best hit of each session counts
     */
    public List<SearchHit> find(SearchQuery query, Predicate<SessionInfo> visible, int limit, boolean bySession) {
        Map<String, SessionInfo> searched = new HashMap<>();
        forEach(visible, info -> searched.put(info.id(), info));
        List<SearchHit> hits = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        // Parents before branches, so that a message is found where it was written.
        searched.values().stream()
                .sorted(Comparator.comparing(SessionInfo::createdAt))
                .forEach(info -> search(info, query, searched, seen, hits));
        Set<String> found = new HashSet<>();
        return hits.stream()
                .sorted(Comparator.comparingDouble(SearchHit::score)
                        .thenComparing(hit -> hit.message().id())
                        .reversed())
                .filter(hit -> !bySession || found.add(hit.session()))
                .limit(limit)
                .toList();
    }

    /** Forgets what is kept of a session in memory. */
    public void drop(String session) {
        texts.drop(session);
    }

    private void search(
            SessionInfo info,
            SearchQuery query,
            Map<String, SessionInfo> searched,
            Set<String> seen,
            List<SearchHit> hits) {
        boolean parentIsSearched =
                info.forkedFrom().filter(searched::containsKey).isPresent();
        int from = parentIsSearched
                ? info.forkPoint().map(point -> point.messageCount()).orElse(0)
                : 0;
        AgentSession session = sessions.session(info.id());
        try {
            for (SessionTexts.Text text : texts.of(session, from)) {
                double score = query.score(text.folded());
                if (seen.add(text.message().id()) && score > 0) {
                    String written = text.message().session();
                    hits.add(new SearchHit(
                            searched.containsKey(written) ? written : info.id(),
                            text.message(),
                            query.excerpt(text.message().text(), EXCERPT_LENGTH),
                            score));
                }
            }
        } catch (SessionNotFoundException deletedMeanwhile) {
            texts.drop(info.id());
        }
    }

    private void forEach(Predicate<SessionInfo> visible, Consumer<SessionInfo> action) {
        SessionQuery query = SessionQuery.DEFAULTS
                .withArchived(SessionQuery.Choice.INCLUDE)
                .withFilter(visible)
                .withLimit(PAGE);
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
