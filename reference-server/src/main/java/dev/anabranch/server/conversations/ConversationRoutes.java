package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.Cursor;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Query;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionPage;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.session.SessionSettings;
import dev.anabranch.session.SessionSummary;
import dev.anabranch.session.SessionUpdate;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;

/** Conversations themselves: made, listed, looked at, changed, deleted. */
final class ConversationRoutes {

    /** The most characters that a title may have. */
    static final int TITLE_MAX = 500;

    static final String PATH = "/v1/conversations";
    static final String ONE = PATH + "/{id}";

    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 200;

    private enum Mode {
        ROOTS,
        ALL
    }

    private enum DeleteScope {
        TREE,
        SESSION
    }

    private final Conversations conversations;
    private final ConversationJson json;

    ConversationRoutes(Conversations conversations, ConversationJson json) {
        this.conversations = conversations;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.POST, PATH, Scope.APPEND, this::create),
                Route.of(HandlerType.GET, PATH, Scope.READ, this::list),
                Route.of(HandlerType.GET, ONE, Scope.READ, this::get),
                Route.of(HandlerType.PATCH, ONE, Scope.APPEND, this::patch),
                Route.of(HandlerType.DELETE, ONE, Scope.DELETE, this::delete));
    }

    private void create(Context http, Caller caller) {
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        NewSession wanted = NewSession.DEFAULTS;
        Optional<String> id = body.text("id", 512);
        if (id.isPresent()) {
            wanted = wanted.withId(id.get());
        }
        Optional<String> title = title(body);
        if (title.isPresent()) {
            wanted = wanted.withLabel(title.get());
        }
        Optional<JsonBody> settings = body.object("settings");
        if (settings.isPresent()) {
            wanted = wanted.withSettings(SettingsJson.read(SessionSettings.NONE, settings.get()));
        }
        Optional<JsonBody> metadata = body.object("metadata");
        if (metadata.isPresent()) {
            wanted = wanted.withMetadata(metadata.get().toMap());
        }
        AgentSession session = conversations.create(caller, wanted);
        http.header("Location", PATH + "/" + session.id());
        Answer.json(http, 201, json.of(caller, session));
    }

    private void list(Context http, Caller caller) {
        Query query = new Query(http);
        boolean rootsOnly = query.choice("mode", Mode.values(), Mode.ROOTS) == Mode.ROOTS;
        SessionQuery wanted = SessionQuery.DEFAULTS
                .withArchived(query.choice("archived", SessionQuery.Choice.values(), SessionQuery.Choice.EXCLUDE))
                .withScratch(query.choice("scratch", SessionQuery.Choice.values(), SessionQuery.Choice.EXCLUDE))
                .withLimit(query.limit(LIMIT, LIMIT_MAX));
        Optional<String> text = query.text("query");
        if (text.isPresent()) {
            wanted = wanted.withText(text.get());
        }
        Optional<String> cursor = query.text("afterCursor").or(() -> query.text("beforeCursor"));
        String list = "conversations " + caller.user();
        if (cursor.isPresent()) {
            wanted = wanted.withCursor(Cursor.placeIn(list, cursor.get()));
        }
        SessionPage page = conversations.list(caller, wanted, rootsOnly);
        Answer.json(
                http,
                200,
                Answer.list(
                        json.all(caller, page.sessions()),
                        page.afterCursor().map(place -> new Cursor(list, place).token()),
                        page.beforeCursor().map(place -> new Cursor(list, place).token())));
    }

    private void get(Context http, Caller caller) {
        Answer.json(
                http, 200, json.of(caller, conversations.require(caller, http.pathParam("id"), AccessLevel.READER)));
    }

    private void patch(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.WRITER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        SessionUpdate update = SessionUpdate.NOTHING;
        Optional<String> title = title(body);
        if (title.isPresent()) {
            update = update.withLabel(title.get());
        }
        Optional<Boolean> archived = body.bool("archived");
        if (archived.isPresent()) {
            update = update.withArchived(archived.get());
        }
        Optional<Boolean> scratch = body.bool("scratch");
        if (scratch.isPresent()) {
            update = update.withScratch(scratch.get());
        }
        Optional<JsonBody> settings = body.object("settings");
        if (settings.isPresent()) {
            update = update.withSettings(SettingsJson.read(session.info().settings(), settings.get()));
        }
        for (var member : body.object("metadata")
                .map(JsonBody::toMap)
                .orElseGet(java.util.Map::of)
                .entrySet()) {
            update = update.withMetadata(member.getKey(), member.getValue());
        }
        if (!update.equals(SessionUpdate.NOTHING)) {
            session.update(update);
        }
        Answer.json(http, 200, json.of(caller, session));
    }

    private void delete(Context http, Caller caller) {
        Query query = new Query(http);
        boolean isTree = query.choice("scope", DeleteScope.values(), DeleteScope.TREE) == DeleteScope.TREE;
        AgentSession session =
                conversations.require(caller, http.pathParam("id"), isTree ? AccessLevel.OWNER : AccessLevel.MANAGER);
        if (query.flag("dryRun")) {
            Answer.json(http, 200, wouldGo(session, isTree));
            return;
        }
        if (isTree) {
            conversations.deleteTree(session.id());
        } else {
            conversations.deleteOne(session.id());
        }
        http.status(204);
    }

    private ObjectNode wouldGo(AgentSession session, boolean isTree) {
        List<String> ids = isTree
                ? conversations.tree(session.id()).stream().map(SessionInfo::id).toList()
                : List.of(session.id());
        int entries = 0;
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        for (String id : ids) {
            answer.withArray("conversationIds").add(id);
            SessionSummary summary = conversations.sessions().session(id).summary();
            entries += summary.ownMessageCount();
        }
        return answer.put("entries", entries);
    }

    /** The title in a body; 400 if it is blank or too long. */
    static Optional<String> title(JsonBody body) {
        return body.has("title") ? Optional.of(body.requiredText("title", TITLE_MAX)) : Optional.empty();
    }
}
