package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.anabranch.session.SessionSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Conversations as JSON. */
final class ConversationJson {

    private static final String STREAMS = "/v1/stream/";
    private final Conversations conversations;

    ConversationJson(Conversations conversations) {
        this.conversations = conversations;
    }

    /** A conversation as the caller sees it. */
    ObjectNode of(Caller caller, AgentSession session) {
        return of(caller, session, session.summary());
    }

    /** The conversations of these sessions that have not been deleted meanwhile. */
    List<ObjectNode> all(Caller caller, List<SessionInfo> sessions) {
        return sessions.stream()
                .map(info -> ifAlive(caller, info))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<ObjectNode> ifAlive(Caller caller, SessionInfo info) {
        try {
            return Optional.of(of(caller, conversations.sessions().session(info.id())));
        } catch (SessionNotFoundException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private ObjectNode of(Caller caller, AgentSession session, SessionSummary summary) {
        SessionInfo info = summary.info();
        Optional<BranchPoint> point = info.forkPoint();
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("id", info.id());
        json.put("sessionKey", Conversations.key(info.id()));
        json.put("title", info.label());
        json.put("ownerUserId", conversations.ownerOf(info.id()).value());
        json.put(
                "accessLevel",
                conversations
                        .levelOf(caller, info.id())
                        .orElse(AccessLevel.READER)
                        .id());
        json.put("createdAt", time(info.createdAt()));
        json.put("updatedAt", time(later(info.updatedAt(), summary.updatedAt())));
        json.put("lastMessagePreview", caller.may(Scope.READ) ? summary.lastMessagePreview() : "");
        json.put("messageCount", summary.messageCount());
        json.put("ownMessageCount", summary.ownMessageCount());
        json.put("windowCount", summary.windowCount());
        json.put("archived", info.archived());
        json.put("scratch", info.scratch());
        json.put("rootConversationId", conversations.rootInTree(info));
        json.put("parentConversationId", info.parent().orElse(null));
        json.put("forkedAtConversationId", info.forkedFrom().orElse(null));
        json.put("forkedAtEntryId", point.flatMap(BranchPoint::beforeMessageId).orElse(null));
        json.put(
                "forkedAfterEntryId", point.flatMap(BranchPoint::afterMessageId).orElse(null));
        json.put("forkPoint", summary.inheritedCount().orElse(null));
        json.put("unmodified", summary.isUnmodified());
        json.set("settings", JsonBody.JSON.valueToTree(SettingsJson.of(info.settings())));
        json.set("metadata", JsonBody.JSON.valueToTree(info.metadata()));
        json.put("streamUrl", STREAMS + session.stream().toUrlPath());
        return json;
    }

    /** A time as it travels: RFC 3339 in UTC. */
    static String time(Instant time) {
        return time.toString();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
