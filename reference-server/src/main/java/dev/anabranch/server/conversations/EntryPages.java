package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.Cursor;
import dev.anabranch.server.rest.Query;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries, page by page: those of one branch as one sequence, or those of the whole tree, each once. */
final class EntryPages {

    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 200;

    private final Conversations conversations;

    EntryPages(Conversations conversations) {
        this.conversations = conversations;
    }

    /** One branch. Costs what the page holds. */
    ObjectNode ofBranch(AgentSession session, Query query) {
        int count = upTo(session, query).orElseGet(() -> session.history(0, 1).messageCount());
        Range range = Range.of(query, "entries " + session.id(), count);
        if (range.isEmpty()) {
            return range.answer(count == 0 ? EntryJson.all(systemMessagesOnly(session, query)) : List.of());
        }
        HistoryPage page = session.history(range.from(), range.to() - range.from());
        return range.answer(EntryJson.all(page.messages()));
    }

    /** The whole tree, in the order of time. Reads all of it. */
    ObjectNode ofTree(AgentSession session, Query query) {
        Map<String, HistoryMessage> byId = new HashMap<>();
        for (SessionInfo member : conversations.tree(session.id())) {
            for (HistoryMessage message :
                    conversations.sessions().session(member.id()).history()) {
                byId.putIfAbsent(message.id(), message);
            }
        }
        List<HistoryMessage> all = new ArrayList<>(byId.values());
        all.sort((one, other) -> one.id().compareTo(other.id()));
        int count = query.text("upToEntryId").map(id -> indexIn(all, id) + 1).orElse(all.size());
        Range range = Range.of(query, "tree " + session.id(), count);
        return range.answer(EntryJson.all(all.subList(range.from(), range.to())));
    }

    private static Optional<Integer> upTo(AgentSession session, Query query) {
        return query.text("upToEntryId").map(id -> {
            HistoryMessage last = session.message(id).orElseThrow(() -> noSuchEntry(id));
            return last.index().orElseThrow(() -> noSuchEntry(id)) + 1;
        });
    }

    /** A system message comes with the message that follows it; one that nothing follows yet comes alone. */
    private static List<HistoryMessage> systemMessagesOnly(AgentSession session, Query query) {
        return query.text("upToEntryId").isPresent() ? List.of() : session.history();
    }

    private static int indexIn(List<HistoryMessage> all, String id) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id().equals(id)) {
                return i;
            }
        }
        throw noSuchEntry(id);
    }

    private static ProblemException noSuchEntry(String id) {
        return new ProblemException(Problem.notFound("the conversation has no entry '" + id + "'"));
    }

    /** Which entries a request asks for: from one index to before another. */
    private record Range(String list, int from, int to, int count) {

        static Range of(Query query, String list, int count) {
            int limit = query.limit(LIMIT, LIMIT_MAX);
            Optional<String> after = query.text("afterCursor");
            Optional<String> before = query.text("beforeCursor");
            Optional<String> tail = query.text("tail").filter(value -> !value.equals("false"));
            if (after.isPresent() && before.isPresent()) {
                throw new ProblemException(Problem.invalid("'afterCursor' and 'beforeCursor' exclude each other"));
            }
            if (after.isPresent()) {
                int from = Math.min(count, index(list, after.get()));
                return new Range(list, from, Math.min(count, from + limit), count);
            }
            if (before.isPresent() || tail.isPresent()) {
                int to =
                        before.map(token -> Math.min(count, index(list, token))).orElse(count);
                int most = tail.filter(value -> value.matches("[1-9][0-9]{0,3}"))
                        .map(value -> Math.min(LIMIT_MAX, Integer.parseInt(value)))
                        .orElse(limit);
                return new Range(list, Math.max(0, to - most), to, count);
            }
            return new Range(list, 0, Math.min(count, limit), count);
        }

        boolean isEmpty() {
            return from == to;
        }

        ObjectNode answer(List<ObjectNode> entries) {
            return Answer.list(
                    entries,
                    to < count ? Optional.of(token(to)) : Optional.empty(),
                    from > 0 ? Optional.of(token(from)) : Optional.empty());
        }

        private String token(int index) {
            return new Cursor(list, Integer.toString(index)).token();
        }

        private static int index(String list, String token) {
            String place = Cursor.placeIn(list, token);
            if (!place.matches("[0-9]{1,9}")) {
                throw Cursor.unusable();
            }
            return Integer.parseInt(place);
        }
    }
}
