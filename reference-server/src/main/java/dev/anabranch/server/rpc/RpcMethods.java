package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.conversations.SentMessages;
import dev.anabranch.server.conversations.SettingsJson;
import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Cursor;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.search.SearchHit;
import dev.anabranch.server.search.SearchQuery;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Branch;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionPage;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.session.SessionSummary;
import dev.anabranch.session.SessionUpdate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The methods, by name. */
final class RpcMethods {

    private static final int KEY_MAX = 520;
    private static final int TEXT_MAX = 10_000_000;
    private static final int LABEL_MAX = 500;
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 200;
    private static final String LIST = "sessions";

    /** Answers one call. */
    @FunctionalInterface
    interface Method {
        ObjectNode call(Caller caller, JsonBody params);
    }

    private record Guarded(Scope scope, Method method) {}

    private final Conversations conversations;
    private final SessionSearch search;
    private final Map<String, Guarded> methods = new LinkedHashMap<>();

    RpcMethods(Conversations conversations, SessionSearch search) {
        this.conversations = conversations;
        this.search = search;
        add("sessions.fork", Scope.FORK, this::fork);
        add("sessions.list", Scope.READ, this::list);
        add("sessions.branches", Scope.READ, this::branches);
        add("sessions.get", Scope.READ, this::get);
        add("sessions.preview", Scope.READ, this::preview);
        add("sessions.append", Scope.APPEND, this::append);
        add("sessions.patch", Scope.APPEND, this::patch);
        add("sessions.archive", Scope.APPEND, this::archive);
        add("sessions.delete", Scope.DELETE, this::delete);
        add("sessions.search", Scope.READ, this::search);
    }

    private void add(String name, Scope scope, Method method) {
        methods.put(name, new Guarded(scope, method));
    }

    /** The names of all methods. */
    List<String> names() {
        return List.copyOf(methods.keySet());
    }

    /** What the token must allow for the method of this name. */
    Scope scopeOf(String name) {
        return Optional.ofNullable(methods.get(name)).orElseThrow().scope();
    }

    /** The method of this name; refuses callers without the scope when called. */
    Optional<Method> find(String name) {
        return Optional.ofNullable(methods.get(name)).map(guarded -> (caller, params) -> {
            Callers.require(caller, guarded.scope());
            return guarded.method().call(caller, params);
        });
    }

    private ObjectNode fork(Caller caller, JsonBody params) {
        AgentSession parent = session(caller, params, AccessLevel.READER);
        ForkOptions options = ForkOptions.at(point(parent, params));
        Optional<String> label = params.text("label", LABEL_MAX).filter(text -> !text.isBlank());
        if (label.isPresent()) {
            options = options.withLabel(label.get());
        }
        Branch branch = conversations.fork(caller, parent, options, params.text("idempotency_key", 128));
        ObjectNode result = JsonBody.JSON.createObjectNode();
        result.put("sessionKey", Conversations.key(branch.id()));
        result.put("id", branch.id());
        result.put("label", branch.info().label());
        int inherited = branch.info().forkPoint().map(BranchPoint::messageCount).orElse(0);
        result.put("forkPoint", inherited);
        result.put("messageCount", branch.session().summary().messageCount());
        return result;
    }

    private static ForkPoint point(AgentSession parent, JsonBody params) {
        Optional<Integer> atMessage = number(params, "at_message", "atMessage");
        Optional<Integer> forkPoint = number(params, "fork_point", "forkPoint");
        if (atMessage.isPresent() && forkPoint.isPresent()) {
            throw invalid("'at_message' and 'fork_point' exclude each other");
        }
        if (atMessage.isEmpty() && forkPoint.isEmpty()) {
            return ForkPoint.now();
        }
        int count = parent.history(0, 1).messageCount();
        int wanted = atMessage.or(() -> forkPoint).orElseThrow();
        if (wanted > count) {
            String name = atMessage.isPresent() ? "atMessage" : "forkPoint";
            throw invalid(name + " " + wanted + " exceeds message count " + count);
        }
        return ForkPoint.atIndex(atMessage.isPresent() ? Math.min(count, wanted + 1) : wanted);
    }

    private static Optional<Integer> number(JsonBody params, String name, String otherName) {
        return params.integer(name, 0, Integer.MAX_VALUE - 1)
                .or(() -> params.integer(otherName, 0, Integer.MAX_VALUE - 1));
    }

    private ObjectNode list(Caller caller, JsonBody params) {
        SessionQuery query = SessionQuery.DEFAULTS.withLimit(
                params.integer("limit", 1, LIMIT_MAX).orElse(LIMIT));
        Optional<String> cursor = params.text("cursor", 4096);
        String list = LIST + " " + caller.user();
        if (cursor.isPresent()) {
            query = query.withCursor(Cursor.placeIn(list, cursor.get()));
        }
        SessionPage page = conversations.list(caller, query, false);
        ObjectNode result = JsonBody.JSON.createObjectNode();
        ArrayNode sessions = result.putArray("sessions");
        page.sessions().forEach(info -> sessions.add(json(info)));
        return result.put(
                "cursor",
                page.afterCursor().map(place -> new Cursor(list, place).token()).orElse(null));
    }

    private ObjectNode branches(Caller caller, JsonBody params) {
        AgentSession session = session(caller, params, AccessLevel.READER);
        ObjectNode result = JsonBody.JSON.createObjectNode();
        ArrayNode branches = result.putArray("branches");
        session.children().stream()
                .filter(child -> conversations.isVisible(caller, child.id()))
                .forEach(child -> branches.add(json(child)));
        return result;
    }

    private ObjectNode get(Caller caller, JsonBody params) {
        return json(session(caller, params, AccessLevel.READER).info());
    }

    private ObjectNode preview(Caller caller, JsonBody params) {
        AgentSession session = session(caller, params, AccessLevel.READER);
        int limit = params.integer("limit", 1, LIMIT_MAX).orElse(LIMIT);
        ObjectNode result = JsonBody.JSON.createObjectNode();
        ArrayNode messages = result.putArray("messages");
        for (HistoryMessage message : session.latest(limit).messages()) {
            if (message.index().isPresent()) {
                messages.addObject()
                        .put("index", message.index().getAsInt())
                        .put("id", message.id())
                        .put("role", message.role())
                        .put("text", message.text());
            }
        }
        return result;
    }

    private ObjectNode append(Caller caller, JsonBody params) {
        var message = SentMessages.of(params.requiredText("role", 20), params.requiredText("text", TEXT_MAX));
        AgentSession session = conversations.requireOrCreate(caller, key(params));
        SessionAppend append = SessionAppend.messages(List.of(message))
                .withHeaders(Map.of("userId", caller.user().value()));
        HistoryMessage appended = session.append(append).messages().get(0);
        return JsonBody.JSON
                .createObjectNode()
                .put("index", appended.index().orElse(-1))
                .put("id", appended.id());
    }

    private ObjectNode patch(Caller caller, JsonBody params) {
        AgentSession session = session(caller, params, AccessLevel.WRITER);
        SessionUpdate update = SessionUpdate.NOTHING;
        if (params.has("label")) {
            update = update.withLabel(params.requiredText("label", LABEL_MAX));
        }
        Optional<JsonBody> settings = params.object("settings");
        if (settings.isPresent()) {
            update = update.withSettings(SettingsJson.read(session.info().settings(), settings.get()));
        }
        return json(update.equals(SessionUpdate.NOTHING) ? session.info() : session.update(update));
    }

    private ObjectNode archive(Caller caller, JsonBody params) {
        AgentSession session = session(caller, params, AccessLevel.WRITER);
        boolean archived = params.bool("archived").orElse(true);
        return json(session.update(SessionUpdate.NOTHING.withArchived(archived)));
    }

    private ObjectNode delete(Caller caller, JsonBody params) {
        AgentSession session = session(caller, params, AccessLevel.MANAGER);
        Optional<String> parent = conversations.parentInTree(session.info());
        conversations.deleteOne(session.id());
        return JsonBody.JSON
                .createObjectNode()
                .put("deleted", true)
                .put("key", Conversations.key(session.id()))
                .put("parent_session_key", parent.map(Conversations::key).orElse(null));
    }

    private ObjectNode search(Caller caller, JsonBody params) {
        SearchQuery query;
        try {
            query = SearchQuery.parse(params.requiredText("query", 1_000));
        } catch (IllegalArgumentException noWord) {
            throw invalid(String.valueOf(noWord.getMessage()));
        }
        int limit = params.integer("limit", 1, LIMIT_MAX).orElse(LIMIT);
        SessionQuery which = SessionQuery.DEFAULTS
                .withArchived(
                        params.bool("archived").orElse(false)
                                ? SessionQuery.Choice.INCLUDE
                                : SessionQuery.Choice.EXCLUDE)
                .withFilter(session -> conversations.isVisible(caller, session.id()));
        ObjectNode result = JsonBody.JSON.createObjectNode();
        ArrayNode results = result.putArray("results");
        for (SearchHit hit : search.find(query, which, limit, false)) {
            results.addObject()
                    .put("key", Conversations.key(hit.session()))
                    .put("id", hit.message().id())
                    .put("index", hit.message().index().orElse(-1))
                    .put("role", hit.message().role())
                    .put("text", hit.highlight())
                    .put("score", hit.score());
        }
        return result;
    }

    private ObjectNode json(SessionInfo info) {
        SessionSummary summary = conversations.sessions().session(info.id()).summary();
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("key", Conversations.key(info.id()));
        json.put("id", info.id());
        json.put("label", info.label());
        Optional<String> parent = conversations.parentInTree(info);
        json.put("parent_session_key", parent.map(Conversations::key).orElse(null));
        json.put("fork_point", summary.inheritedCount().orElse(null));
        json.put("messageCount", summary.messageCount());
        json.put("createdAt", info.createdAt().toString());
        Instant updatedAt = summary.updatedAt().isAfter(info.updatedAt()) ? summary.updatedAt() : info.updatedAt();
        json.put("updatedAt", updatedAt.toString());
        json.put("archived", info.archived());
        json.set("settings", JsonBody.JSON.valueToTree(SettingsJson.of(info.settings())));
        return json;
    }

    private AgentSession session(Caller caller, JsonBody params, AccessLevel needed) {
        return conversations.require(caller, key(params), needed);
    }

    private static String key(JsonBody params) {
        return params.requiredText("key", KEY_MAX);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
