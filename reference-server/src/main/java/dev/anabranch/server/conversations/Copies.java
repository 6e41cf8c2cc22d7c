package dev.anabranch.server.conversations;

import dev.anabranch.forward.Receipt;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.anabranch.session.SessionPage;
import dev.anabranch.session.SessionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where words of sessions have gone by being brought forward: each such message says from which session it came. A
 * branch that was made since has it too, and is not named.
 */
final class Copies {

    private static final int PAGE = 1_000;

    private final AgentSessions sessions;

    Copies(AgentSessions sessions) {
        this.sessions = sessions;
    }

    /** A message of {@code session} that came from the session {@code origin}. */
    record Copy(String session, String entry, String origin) {}

    /** Reads every message of every other session, each once: takes time in proportion to the store. */
    List<Copy> elsewhere(Set<String> origins) {
        List<Copy> copies = new ArrayList<>();
        SessionQuery query = SessionQuery.DEFAULTS
                .withArchived(SessionQuery.Choice.INCLUDE)
                .withScratch(SessionQuery.Choice.INCLUDE)
                .withFilter(info -> !origins.contains(info.id()))
                .withLimit(PAGE);
        while (true) {
            SessionPage page = sessions.list(query);
            for (SessionInfo info : page.sessions()) {
                addOf(info, origins, copies);
            }
            if (page.afterCursor().isEmpty()) {
                return copies;
            }
            query = query.withCursor(page.afterCursor().get());
        }
    }

    private void addOf(SessionInfo info, Set<String> origins, List<Copy> copies) {
        AgentSession session = sessions.session(info.id());
        int next = ownFrom(info);
        try {
            while (true) {
                HistoryPage page = session.history(next, PAGE);
                for (HistoryMessage message : page.messages()) {
                    Receipt.of(message)
                            .map(Receipt::branch)
                            .filter(origins::contains)
                            .ifPresent(origin -> copies.add(new Copy(info.id(), message.id(), origin)));
                }
                if (page.isLast() || page.nextIndex() <= next) {
                    return;
                }
                next = page.nextIndex();
            }
        } catch (SessionNotFoundException deletedMeanwhile) {
            // then it holds no copy any more
        }
    }

    /** The first message that a session has itself: what it shares with its parent is read there, if there is one. */
    static int ownFrom(SessionInfo info) {
        return info.parent().isEmpty()
                ? 0
                : info.forkPoint().map(point -> point.messageCount()).orElse(0);
    }
}
