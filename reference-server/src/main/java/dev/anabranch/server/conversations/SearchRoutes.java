package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.search.SearchHit;
import dev.anabranch.server.search.SearchQuery;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.SessionQuery;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;

/** Search in the conversations that the caller may see. */
final class SearchRoutes {

    private static final int QUERY_MAX = 1_000;
    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 200;

    private final Conversations conversations;
    private final SessionSearch search;

    SearchRoutes(Conversations conversations, SessionSearch search) {
        this.conversations = conversations;
        this.search = search;
    }

    List<Route> routes() {
        return List.of(Route.of(HandlerType.POST, ConversationRoutes.PATH + "/search", Scope.READ, this::search));
    }

    private void search(Context http, Caller caller) {
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        int limit = body.integer("limit", 1, LIMIT_MAX).orElse(LIMIT);
        boolean grouped = body.bool("groupByConversation").orElse(false);
        SearchQuery query = query(body.requiredText("query", QUERY_MAX));
        SessionQuery which = SessionQuery.DEFAULTS
                .withArchived(body.choice("archived", SessionQuery.Choice.values(), SessionQuery.Choice.EXCLUDE))
                .withFilter(session -> conversations.isVisible(caller, session.id()));
        List<ObjectNode> hits = search.find(query, which, limit, grouped).stream()
                .map(SearchRoutes::json)
                .toList();
        Answer.json(http, 200, Answer.list(hits, Optional.empty(), Optional.empty()));
    }

    private static SearchQuery query(String text) {
        try {
            return SearchQuery.parse(text);
        } catch (IllegalArgumentException noWord) {
            throw new ProblemException(Problem.invalid(String.valueOf(noWord.getMessage())));
        }
    }

    private static ObjectNode json(SearchHit hit) {
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("conversationId", hit.session());
        json.put("entryId", hit.message().id());
        json.put("highlight", hit.highlight());
        json.put("score", hit.score());
        json.set("entry", EntryJson.of(hit.message()));
        return json;
    }
}
