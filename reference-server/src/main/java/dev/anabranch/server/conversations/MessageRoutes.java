package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.agent.AlreadyAnsweringException;
import dev.anabranch.server.agent.TurnRecord;
import dev.anabranch.server.agent.Turns;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Talking to the agent that is plugged into the server, if one is. */
final class MessageRoutes {

    private static final String MESSAGES = ConversationRoutes.ONE + "/messages";
    private static final String STREAMS = "/v1/stream/";
    private static final int TEXT_MAX = 1_000_000;

    private final Conversations conversations;
    private final Optional<Turns> turns;

    MessageRoutes(Conversations conversations, Optional<Turns> turns) {
        this.conversations = conversations;
        this.turns = turns;
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.GET, "/v1/agent", Scope.READ, this::agent),
                Route.of(HandlerType.POST, MESSAGES, Scope.APPEND, this::send),
                Route.of(HandlerType.GET, MESSAGES, Scope.READ, this::latest),
                Route.of(HandlerType.POST, MESSAGES + "/stop", Scope.APPEND, this::stop));
    }

    private void agent(Context http, Caller caller) {
        Answer.json(http, 200, JsonBody.JSON.createObjectNode().put("attached", turns.isPresent()));
    }

    private void send(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.WRITER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        String user = caller.user().value();
        boolean isRetry = body.bool("retry").orElse(false);
        Optional<String> text = isRetry ? Optional.empty() : Optional.of(body.requiredText("text", TEXT_MAX));
        Turns agent = requireAgent();
        TurnRecord turn = text.map(message -> unlessBusy(() -> agent.start(session.id(), user, message)))
                .orElseGet(() -> unlessBusy(() -> agent.retry(session.id(), user))
                        .orElseThrow(() -> new ProblemException(Problem.conflict("there is nothing to retry"))));
        Answer.json(http, 202, json(turn));
    }

    private void latest(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        answer.set(
                "turn",
                turns.flatMap(agent -> agent.latest(session.id()))
                        .map(MessageRoutes::json)
                        .orElse(null));
        Answer.json(http, 200, answer);
    }

    private void stop(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.WRITER);
        boolean stopped = requireAgent().stop(session.id());
        Answer.json(http, 200, JsonBody.JSON.createObjectNode().put("stopped", stopped));
    }

    private Turns requireAgent() {
        return turns.orElseThrow(
                () -> new ProblemException(Problem.of(409, "no_agent", "no agent is plugged into this server")));
    }

    private static <T> T unlessBusy(Supplier<T> start) {
        try {
            return start.get();
        } catch (AlreadyAnsweringException busy) {
            throw new ProblemException(Problem.conflict("the agent is still answering in this conversation"));
        }
    }

    private static ObjectNode json(TurnRecord turn) {
        ObjectNode json = JsonBody.JSON.createObjectNode();
        json.put("id", turn.id());
        json.put("conversationId", turn.session());
        json.put("status", turn.status().word());
        json.put("text", turn.text());
        json.put("streamUrl", STREAMS + turn.stream().toUrlPath());
        json.put("error", turn.error().orElse(null));
        return json;
    }
}
