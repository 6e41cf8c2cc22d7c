package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.server.security.UserId;
import dev.anabranch.session.AgentSession;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a tree of conversations. Managers give and take levels below their own, owners every level; everyone
 * may leave, save that one owner stays.
 */
final class MembershipRoutes {

    private static final String MEMBERSHIPS = ConversationRoutes.ONE + "/memberships";
    private static final String ONE = MEMBERSHIPS + "/{userId}";

    private final Conversations conversations;

    /** Held while a change is checked and made, so that two owners cannot both leave. */
    private final Object lock = new Object();

    MembershipRoutes(Conversations conversations) {
        this.conversations = conversations;
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.GET, MEMBERSHIPS, Scope.READ, this::list),
                Route.of(HandlerType.POST, MEMBERSHIPS, Scope.APPEND, this::add),
                Route.of(HandlerType.PATCH, ONE, Scope.APPEND, this::change),
                Route.of(HandlerType.DELETE, ONE, Scope.APPEND, this::remove));
    }

    private void list(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        List<ObjectNode> members = conversations.memberships().members(session.id()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey((one, other) -> one.value().compareTo(other.value())))
                .map(member -> json(session, member.getKey(), member.getValue()))
                .toList();
        Answer.json(http, 200, Answer.list(members, Optional.empty(), Optional.empty()));
    }

    private void add(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.MANAGER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        UserId user = user(body.requiredText("userId", UserId.LENGTH_MAX));
        AccessLevel level = level(body);
        synchronized (lock) {
            requireMayGive(caller, session, level);
            if (members(session).containsKey(user)) {
                throw new ProblemException(Problem.conflict("'" + user + "' is a member already"));
            }
            conversations.memberships().put(session.id(), user, level);
        }
        http.header("Location", ConversationRoutes.PATH + "/" + session.id() + "/memberships/" + user);
        Answer.json(http, 201, json(session, user, level));
    }

    private void change(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.MANAGER);
        UserId user = user(http.pathParam("userId"));
        AccessLevel level = level(JsonBody.parse(http.bodyAsBytes()));
        synchronized (lock) {
            AccessLevel before = requireMember(session, user);
            requireMayGive(caller, session, before);
            requireMayGive(caller, session, level);
            requireOwnerStays(session, user, Optional.of(level));
            conversations.memberships().put(session.id(), user, level);
        }
        Answer.json(http, 200, json(session, user, level));
    }

    private void remove(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        UserId user = user(http.pathParam("userId"));
        boolean leaves = user.equals(caller.user());
        if (!leaves) {
            conversations.require(caller, session.id(), AccessLevel.MANAGER);
        }
        synchronized (lock) {
            AccessLevel before = requireMember(session, user);
            if (!leaves) {
                requireMayGive(caller, session, before);
            }
            requireOwnerStays(session, user, Optional.empty());
            conversations.memberships().remove(session.id(), user);
        }
        http.status(204);
    }

    private Map<UserId, AccessLevel> members(AgentSession session) {
        return conversations.memberships().members(session.id());
    }

    private AccessLevel requireMember(AgentSession session, UserId user) {
        AccessLevel level = members(session).get(user);
        if (level == null) {
            throw new ProblemException(Problem.notFound("'" + user + "' is not a member"));
        }
        return level;
    }

    private void requireMayGive(Caller caller, AgentSession session, AccessLevel level) {
        AccessLevel own = conversations.levelOf(caller, session.id()).orElseThrow(Conversations::notFound);
        if (own != AccessLevel.OWNER && level.includes(own)) {
            throw new ProblemException(
                    Problem.of(403, "forbidden", "only owners give and take the level '" + level.id() + "'"));
        }
    }

    private void requireOwnerStays(AgentSession session, UserId user, Optional<AccessLevel> after) {
        boolean another = members(session).entrySet().stream()
                .anyMatch(member -> member.getValue() == AccessLevel.OWNER
                        && !member.getKey().equals(user));
        boolean stays = after.filter(level -> level == AccessLevel.OWNER).isPresent();
        if (!another && !stays && members(session).get(user) == AccessLevel.OWNER) {
            throw new ProblemException(Problem.conflict("the conversation needs an owner, and there is no other"));
        }
    }

    private static ObjectNode json(AgentSession session, UserId user, AccessLevel level) {
        return JsonBody.JSON
                .createObjectNode()
                .put("conversationId", session.id())
                .put("userId", user.value())
                .put("accessLevel", level.id());
    }

    private static UserId user(String value) {
        try {
            return new UserId(value);
        } catch (IllegalArgumentException noName) {
            throw new ProblemException(Problem.invalid(String.valueOf(noName.getMessage())));
        }
    }

    private static AccessLevel level(JsonBody body) {
        try {
            return AccessLevel.parse(body.requiredText("accessLevel", 20));
        } catch (IllegalArgumentException noLevel) {
            throw new ProblemException(Problem.invalid(String.valueOf(noLevel.getMessage())));
        }
    }
}
