package dev.anabranch.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.compare.Comparison;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionSummary;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tools that only look. */
final class LookingTools {

    private static final int LISTED_MAX = 50;
    private static final int LAST_DEFAULT = 10;
    private static final int LAST_MAX = 50;
    private static final int COMPARED_MAX = 20;

    private final BoundedBranching branching;
    private final Branches branches;

    LookingTools(BoundedBranching branching) {
        this.branching = branching;
        this.branches = new Branches(branching.sessions());
    }

    ObjectNode list(ToolCall call) {
        ObjectNode reply =
                Replies.object().put("sessionKey", Branches.key(call.session().id()));
        ArrayNode list = reply.putArray("branches");
        Set<String> below = new HashSet<>(Set.of(call.session().id()));
        int left = 0;
        for (SessionInfo info : branches.treeOf(call.session())) {
            if (info.id().equals(call.session().id())) {
                info.parent().ifPresent(parent -> reply.put("parent", Branches.key(parent)));
            } else if (!info.scratch() && info.parent().filter(below::contains).isPresent()) {
                below.add(info.id());
                if (list.size() < LISTED_MAX) {
                    list.add(line(info));
                } else {
                    left++;
                }
            }
        }
        if (left > 0) {
            reply.put("more", left);
        }
        BoundedBranching.Room room = branching.roomIn(call.session());
        reply.putObject("youMayStillMake").put("branches", room.branches()).put("levels", room.levels());
        return reply;
    }

    private ObjectNode line(SessionInfo info) {
        SessionSummary summary = branching.sessions().session(info.id()).summary();
        ObjectNode line = Replies.session(info);
        info.parent().ifPresent(parent -> line.put("parent", Branches.key(parent)));
        info.forkPoint().ifPresent(point -> line.put("forkPoint", point.messageCount()));
        line.put("messageCount", summary.messageCount());
        if (!summary.isUnmodified()) {
            line.put("lastMessage", summary.lastMessagePreview());
        }
        return line;
    }

    ObjectNode read(ToolCall call) {
        AgentSession branch = branches.find(call.session(), call.arguments().requiredText("session"));
        int last = call.arguments().number("last").orElse(LAST_DEFAULT);
        if (last < 1) {
            throw ToolRefusal.argument("'last' is " + last + ": ask for 1 to " + LAST_MAX + " messages.");
        }
        var page = branch.latest(Math.min(last, LAST_MAX));
        ObjectNode reply = Replies.session(branch.info()).put("messageCount", page.messageCount());
        ArrayNode messages = reply.putArray("messages");
        page.messages().stream()
                .filter(message -> message.index().isPresent())
                .forEach(message -> messages.add(Replies.message(message, Replies.TEXT_MAX)));
        return reply;
    }

    ObjectNode compare(ToolCall call) {
        AgentSession left = branches.find(call.session(), call.arguments().requiredText("a"));
        AgentSession right = branches.find(call.session(), call.arguments().requiredText("b"));
        Comparison comparison = Comparison.of(left, right);
        ObjectNode reply = Replies.object().put("commonMessages", comparison.commonMessages());
        reply.set("a", side(comparison.left()));
        reply.set("b", side(comparison.right()));
        return reply;
    }

    private static ObjectNode side(Comparison.Side side) {
        ObjectNode node = Replies.session(side.session());
        List<HistoryMessage> own = side.messages().stream()
                .filter(message -> message.index().isPresent())
                .toList();
        node.put("ownMessages", own.size());
        ArrayNode messages = node.putArray("messages");
        own.stream()
                .skip(Math.max(0, own.size() - COMPARED_MAX))
                .forEach(message -> messages.add(Replies.message(message, 500)));
        ArrayNode calls = node.putArray("toolCalls");
        side.toolCalls().stream().limit(COMPARED_MAX).forEach(each -> calls.add(Replies.call(each)));
        side.tokens().ifPresent(tokens -> node.put("tokens", tokens));
        side.answer().ifPresent(answer -> node.put("answer", Replies.cut(answer.text(), Replies.TEXT_MAX)));
        return node;
    }
}
