package dev.anabranch.server;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.access.StreamAccess;
import dev.anabranch.server.agent.Turns;
import dev.anabranch.server.backup.BackupFace;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.conversations.ConversationsFace;
import dev.anabranch.server.conversations.ListedSessions;
import dev.anabranch.server.conversations.TreeLimits;
import dev.anabranch.server.description.DescriptionFace;
import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.gate.Gate;
import dev.anabranch.server.gate.StreamGate;
import dev.anabranch.server.health.HealthFace;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.metrics.Meters;
import dev.anabranch.server.metrics.MetricsFace;
import dev.anabranch.server.metrics.RequestLog;
import dev.anabranch.server.page.PageFace;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.rpc.RpcFace;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Authenticators;
import dev.anabranch.server.security.HostAllowList;
import dev.anabranch.server.security.OriginPolicy;
import dev.anabranch.server.security.RateLimits;
import dev.anabranch.server.security.SecurityOptions;
import dev.anabranch.server.subscriptions.SubscriberRights;
import dev.anabranch.server.subscriptions.SubscriptionsFace;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;

/**
 * What a server is put together from, beside the protocol itself.
 *
 * @param filters what requests pass before they reach a route; the first is outermost
 * @param faces the routes
 */
record ServerParts(List<Handler.Wrapper> filters, List<Face> faces) {

    static ServerParts of(ServerOptions options, EmbeddedDurableStreams streams, Optional<AgentSource> agent) {
        SecurityOptions security = options.security();
        boolean singleUser = !security.requiresTokens();
        StreamEngine engine = streams.engine();
        AgentSessions sessions = AgentSessions.of(streams);
        Memberships memberships = Memberships.open(engine, id -> parentOf(sessions, id));
        StreamAccess access = new StreamAccess(memberships, singleUser);
        StreamGate streamGate = new StreamGate(
                memberships,
                access,
                name -> isTaken(engine, name),
                new ListedSessions(sessions, TreeLimits.DEFAULTS),
                singleUser);
        Gate gate = new Gate(
                Authenticators.of(security, InstantSource.system()),
                new HostAllowList(security, options.host()),
                new OriginPolicy(security.corsOrigins()),
                new RateLimits(security, System::nanoTime),
                streamGate);
        Optional<Turns> turns = agent.map(source -> turns(source, streams, sessions));
        Conversations conversations = Conversations.open(
                sessions,
                memberships,
                engine,
                session -> turns.ifPresent(running -> running.halt(session)),
                TreeLimits.DEFAULTS,
                singleUser);
        SessionSearch search = new SessionSearch(sessions);
        Meters meters = new Meters(engine);
        Optional<PrintStream> lines = options.security().requestLog() ? Optional.of(System.err) : Optional.empty();
        ConversationsFace face = new ConversationsFace(conversations, search, turns, engine);
        List<String> patterns = face.routes().stream().map(Route::path).toList();
        return new ServerParts(
                List.of(new RequestLog(meters, patterns, lines), gate),
                List.of(
                        SubscriptionsFace.open(
                                engine, options, new SubscriberRights(access, singleUser), Callers::nameOf),
                        face,
                        new HealthFace(engine, System::nanoTime),
                        new RpcFace(conversations, search, engine),
                        new MetricsFace(meters),
                        BackupFace.open(engine, options.backupDir()),
                        new DescriptionFace(),
                        new PageFace()));
    }

    private static boolean isTaken(StreamEngine engine, StreamName name) {
        try {
            return engine.status(name).isPresent();
        } catch (StreamGoneException keptForItsForks) {
            return true;
        }
    }

    private static Turns turns(AgentSource source, EmbeddedDurableStreams streams, AgentSessions sessions) {
        DurableStreamChatMemoryStore memory =
                DurableStreamChatMemoryStore.builder().streams(streams).build();
        Turns turns = new Turns(source.open(streams), sessions, streams.engine(), memory);
        turns.recover();
        return turns;
    }

    private static Optional<String> parentOf(AgentSessions sessions, String id) {
        try {
            return sessions.find(id).map(AgentSession::info).flatMap(SessionInfo::forkedFrom);
        } catch (SessionNotFoundException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
