package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.compare.Comparison;
import dev.anabranch.forward.BringForward;
import dev.anabranch.forward.Brought;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;

/** The tree that a conversation is part of: looked at, compared, and its results brought together. */
final class TreeRoutes {

    private final Conversations conversations;
    private final ConversationJson json;

    TreeRoutes(Conversations conversations, ConversationJson json) {
        this.conversations = conversations;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.GET, ConversationRoutes.ONE + "/forks", Scope.READ, this::forks),
                Route.of(HandlerType.GET, ConversationRoutes.ONE + "/children", Scope.READ, this::children),
                Route.of(HandlerType.GET, ConversationRoutes.ONE + "/compare/{other}", Scope.READ, this::compare),
                Route.of(
                        HandlerType.POST, ConversationRoutes.ONE + "/bring-forward", Scope.APPEND, this::bringForward));
    }

    private void forks(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        List<SessionInfo> tree = conversations.tree(session.id());
        ObjectNode answer = Answer.list(tree.stream().map(this::fork).toList(), Optional.empty(), Optional.empty());
        tree.forEach(member -> answer.withArray("conversationIds").add(member.id()));
        answer.set("forkPoints", new ForkPoints(conversations.sessions()).of(tree));
        Answer.json(http, 200, answer);
    }

    private ObjectNode fork(SessionInfo session) {
        Optional<BranchPoint> point = session.forkPoint();
        ObjectNode fork = JsonBody.JSON.createObjectNode();
        fork.put("conversationId", session.id());
        fork.put("forkedAtConversationId", session.forkedFrom().orElse(null));
        fork.put("forkedAtEntryId", point.flatMap(BranchPoint::beforeMessageId).orElse(null));
        fork.put(
                "forkedAfterEntryId", point.flatMap(BranchPoint::afterMessageId).orElse(null));
        fork.put("forkPoint", point.map(BranchPoint::messageCount).orElse(null));
        fork.put("parentConversationId", session.parent().orElse(null));
        fork.put("title", session.label());
        fork.put("createdAt", ConversationJson.time(session.createdAt()));
        fork.put("ownerUserId", conversations.ownerOf(session.id()).value());
        fork.put("archived", session.archived());
        fork.put("scratch", session.scratch());
        return fork;
    }

    private void children(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        List<SessionInfo> visible = session.children().stream()
                .filter(child -> conversations.isVisible(caller, child.id()))
                .toList();
        Answer.json(http, 200, Answer.list(json.all(caller, visible), Optional.empty(), Optional.empty()));
    }

    private void compare(Context http, Caller caller) {
        AgentSession left = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        AgentSession right = conversations.require(caller, http.pathParam("other"), AccessLevel.READER);
        Comparison comparison = Comparison.of(left, right);
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        answer.put("commonMessages", comparison.commonMessages());
        answer.withArray("left").addAll(EntryJson.all(comparison.left().messages()));
        answer.withArray("right").addAll(EntryJson.all(comparison.right().messages()));
        answer.set("leftSide", side(comparison.left()));
        answer.set("rightSide", side(comparison.right()));
        Answer.json(http, 200, answer);
    }

    private static ObjectNode side(Comparison.Side side) {
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("conversationId", side.session().id());
        json.put("title", side.session().label());
        json.put("toolCalls", side.toolCalls().size());
        if (side.tokens().isPresent()) {
            json.put("tokens", side.tokens().getAsLong());
        } else {
            json.putNull("tokens");
        }
        json.put("answerEntryId", side.answer().map(HistoryMessage::id).orElse(null));
        return json;
    }

    private void bringForward(Context http, Caller caller) {
        AgentSession target = conversations.require(caller, http.pathParam("id"), AccessLevel.WRITER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        Callers.require(caller, Scope.READ); // what is brought is shown
        AgentSession branch = conversations.require(caller, body.requiredText("from", 520), AccessLevel.READER);
        BringForward.Mode mode = body.text("mode", 20)
                .map(word -> BringForward.Mode.ofWord(word)
                        .orElseThrow(() ->
                                new ProblemException(Problem.invalid("'mode' is none of answer, summary, messages"))))
                .orElse(BringForward.Mode.ANSWER);
        Brought brought = BringForward.of(branch, mode).into(target);
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        answer.set("entry", EntryJson.of(brought.message()));
        answer.set("receipt", JsonBody.JSON.valueToTree(brought.receipt().toMap()));
        Answer.json(http, brought.repeated() ? 200 : 201, answer);
    }
}
