package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The places of a tree where it goes on in several ways, for pickers such as ‹2/3›. An option is a way to go on: the
 * conversation, and its first entry past the place.
 */
final class ForkPoints {

    private static final int PREVIEW_MAX = 200;

    private final AgentSessions sessions;

    /** By the last entry that all options share and, before the first entry, by nothing. */
    private final Map<String, Map<String, ObjectNode>> optionsByPlace = new LinkedHashMap<>();

    private final Map<String, String> entryOfPlace = new LinkedHashMap<>();

    ForkPoints(AgentSessions sessions) {
        this.sessions = sessions;
    }

    ArrayNode of(List<SessionInfo> tree) {
        List<String> ids = tree.stream().map(SessionInfo::id).toList();
        for (SessionInfo session : tree) {
            if (session.forkedFrom().isPresent() && session.forkPoint().isPresent()) {
                place(session, session.forkPoint().get(), ids);
            }
        }
        ArrayNode points = JsonBody.JSON.createArrayNode();
        optionsByPlace.forEach((place, options) -> {
            ObjectNode point = points.addObject();
            point.put("entryId", entryOfPlace.get(place));
            point.put("afterEntryId", place.isEmpty() ? null : place);
            point.putArray("options").addAll(new ArrayList<>(options.values()));
        });
        return points;
    }

    private void place(SessionInfo branch, BranchPoint point, List<String> ids) {
        String place = point.afterMessageId().orElse("");
        Map<String, ObjectNode> options = optionsByPlace.computeIfAbsent(place, unseen -> new LinkedHashMap<>());
        String parentId = branch.forkedFrom().orElseThrow();
        if (ids.contains(parentId) && !options.containsKey(parentId)) {
            AgentSession parent = sessions.session(parentId);
            // At this place a parent may itself have only what it inherited: then its own parent is the option.
            Optional<HistoryMessage> next = messageAt(parent, point.messageCount());
            next.ifPresent(entry -> entryOfPlace.putIfAbsent(place, entry.id()));
            boolean isOwn = next.isEmpty() || !next.get().inherited();
            if (isOwn) {
                options.put(parentId, option(parent.info(), next));
            }
        }
        options.put(branch.id(), option(branch, messageAt(sessions.session(branch.id()), point.messageCount())));
        point.beforeMessageId().ifPresent(entryId -> entryOfPlace.put(place, entryId));
    }

    private static Optional<HistoryMessage> messageAt(AgentSession session, int index) {
        return session.history(index, 1).messages().stream()
                .filter(message -> message.index().orElse(-1) == index)
                .findFirst();
    }

    private static ObjectNode option(SessionInfo session, Optional<HistoryMessage> entry) {
        ObjectNode option = JsonBody.JSON.createObjectNode();
        option.put("conversationId", session.id());
        option.put("entryId", entry.map(HistoryMessage::id).orElse(null));
        option.put("title", session.label());
        option.put("preview", entry.map(message -> preview(message.text())).orElse(""));
        option.put("createdAt", ConversationJson.time(session.createdAt()));
        return option;
    }

    private static String preview(String text) {
        return text.codePointCount(0, text.length()) <= PREVIEW_MAX
                ? text
                : text.substring(0, text.offsetByCodePoints(0, PREVIEW_MAX));
    }
}
