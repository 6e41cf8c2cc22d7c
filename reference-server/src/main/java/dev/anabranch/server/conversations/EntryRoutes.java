package dev.anabranch.server.conversations;

import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Query;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Appended;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionExistsException;
import dev.langchain4j.data.message.ChatMessage;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The entries of a conversation: read page by page, and appended. */
final class EntryRoutes {

    static final String ENTRIES = ConversationRoutes.ONE + "/entries";

    private static final int FORK_ATTEMPTS = 200;
    private static final Duration FORK_PAUSE = Duration.ofMillis(25);

    private enum Forks {
        NONE,
        ALL
    }

    private final Conversations conversations;
    private final EntryPages pages;

    EntryRoutes(Conversations conversations) {
        this.conversations = conversations;
        this.pages = new EntryPages(conversations);
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.GET, ENTRIES, Scope.READ, this::list),
                Route.of(HandlerType.POST, ENTRIES, Scope.APPEND, this::append));
    }

    private void list(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        Query query = new Query(http);
        boolean ofTree = query.choice("forks", Forks.values(), Forks.NONE) == Forks.ALL;
        Answer.json(http, 200, ofTree ? pages.ofTree(session, query) : pages.ofBranch(session, query));
    }

    private void append(Context http, Caller caller) {
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        ChatMessage message = SentMessages.read(body);
        AgentSession session = session(caller, http.pathParam("id"), body);
        SessionAppend append = SessionAppend.messages(List.of(message))
                .withHeaders(Map.of(EntryJson.USER_HEADER, caller.user().value()));
        Optional<String> key = IdempotencyKey.of(http, caller);
        Appended appended = session.append(key.map(append::withIdempotencyKey).orElse(append));
        Answer.json(
                http,
                appended.repeated() ? 200 : 201,
                EntryJson.of(appended.messages().get(0)));
    }

    /** The conversation to append to, which the first append makes. */
    private AgentSession session(Caller caller, String id, JsonBody body) {
        Optional<AgentSession> existing = conversations.find(caller, id);
        if (existing.isPresent()) {
            return conversations.require(caller, id, AccessLevel.WRITER);
        }
        Optional<String> parentId = body.text("forkedAtConversationId", 520);
        Optional<String> entryId = body.text("forkedAtEntryId", 200);
        if (parentId.isEmpty()) {
            if (entryId.isPresent()) {
                throw new ProblemException(Problem.invalid("'forkedAtEntryId' needs 'forkedAtConversationId'"));
            }
            return conversations.requireOrCreate(caller, id);
        }
        Callers.require(caller, Scope.FORK);
        AgentSession parent = conversations.require(caller, parentId.get(), AccessLevel.READER);
        ForkPoint point =
                entryId.map(entry -> ForkRoutes.beforeUserEntry(parent, entry)).orElseGet(ForkPoint::now);
        return fork(caller, parent, ForkOptions.at(point).withId(id), id);
    }

    /**
     * Forks. Where another request is making the same branch, waits until it has, or until it may be made after all.
     */
    private AgentSession fork(Caller caller, AgentSession parent, ForkOptions options, String id) {
        for (int attempt = 1; ; attempt++) {
            try {
                return conversations
                        .fork(caller, parent, options, Optional.empty())
                        .session();
            } catch (SessionExistsException taken) {
                if (conversations.find(caller, id).isPresent()) {
                    return conversations.require(caller, id, AccessLevel.WRITER);
                }
                if (attempt == FORK_ATTEMPTS || isAnothers(caller, id)) {
                    throw taken;
                }
                LockSupport.parkNanos(FORK_PAUSE.toNanos());
            }
        }
    }

    private boolean isAnothers(Caller caller, String id) {
        boolean hasPlace = conversations.memberships().isPlaced(id)
                || conversations.sessions().find(id).isPresent();
        return hasPlace && !conversations.isVisible(caller, id);
    }
}
