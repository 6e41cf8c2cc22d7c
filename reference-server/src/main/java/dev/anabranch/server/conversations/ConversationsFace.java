package dev.anabranch.server.conversations;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.agent.Turns;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.session.SessionException;
import io.javalin.config.JavalinConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Serves conversations at {@code /v1/conversations}. */
public final class ConversationsFace implements Face {

    private final List<Route> routes;

    /**
     * Serves these conversations.
     *
     * @param turns the agent's, if one is plugged in
     * @param engine what they lie on
     */
    public ConversationsFace(
            Conversations conversations, SessionSearch search, Optional<Turns> turns, StreamEngine engine) {
        ConversationJson json = new ConversationJson(conversations);
        this.routes = Stream.of(
                        new ConversationRoutes(conversations, json).routes(),
                        new EntryRoutes(conversations).routes(),
                        new ForkRoutes(conversations, json).routes(),
                        new TreeRoutes(conversations, json).routes(),
                        new MembershipRoutes(conversations).routes(),
                        new SearchRoutes(conversations, search).routes(),
                        new MessageRoutes(conversations, turns).routes(),
                        new AdminRoutes(conversations.erasure(search, engine)).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** Every route of this face. */
    public List<Route> routes() {
        return routes;
    }

    @Override
    public void declare(JavalinConfig config) {
        routes.forEach(route -> route.declare(config));
        config.routes.exception(
                SessionException.class, (failure, http) -> Problems.write(SessionProblems.of(failure), http));
        config.routes.exception(
                BranchLimitException.class,
                (failure, http) -> Problems.write(BranchLimitException.problem(failure), http));
    }
}
