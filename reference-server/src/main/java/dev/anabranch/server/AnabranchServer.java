package dev.anabranch.server;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.engine.EngineOptions;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.HeadAsGet;
import dev.anabranch.server.http.ProblemErrorHandler;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.http.WithoutLength;
import dev.anabranch.server.streams.StreamsHandler;
import dev.anabranch.server.tls.Tls;
import dev.anabranch.storage.DataFolderException;
import io.javalin.Javalin;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;

/**
 * A running server. A request passes the filters first, in their order, then the protocol's own handler takes what is a
 * stream's, and Javalin routes the rest to the faces.
 *
 * <p>Filters and the protocol's handler are Jetty handlers: they see the raw path, may answer without a thread of their
 * own, and what they add to the request or the response holds for every route. Safe for use by many threads.
 */
public final class AnabranchServer implements AutoCloseable {

    private static final long STOP_TIMEOUT_MILLIS = 10_000;

    /** The server's own, beside those that clients may have: they must not be turned away for the clients' sake. */
    private static final int OWN_READERS_MAX = 1_000;

    private final Javalin javalin;
    private final Runnable closeStore;
    private final StreamsHandler streams;
    private final List<Face> faces;
    private final ServerOptions options;

    private AnabranchServer(
            Javalin javalin, Runnable closeStore, StreamsHandler streams, List<Face> faces, ServerOptions options) {
        this.javalin = javalin;
        this.closeStore = closeStore;
        this.streams = streams;
        this.faces = faces;
        this.options = options;
    }

    /**
     * Opens the data folder and serves what is in it.
     *
     * @throws ServerStartException if the options, the folder or the port cannot be used; says which and why
     */
    public static AnabranchServer start(ServerOptions options) {
        return start(options, Optional.empty());
    }

    /**
     * Opens the data folder and serves what is in it, with an agent that answers people's messages.
     *
     * @throws ServerStartException if the options, the folder or the port cannot be used; says which and why
     */
    public static AnabranchServer start(ServerOptions options, AgentSource agent) {
        return start(options, Optional.of(agent));
    }

    private static AnabranchServer start(ServerOptions options, Optional<AgentSource> agent) {
        if (!options.isLoopback() && !options.security().requiresTokens()) {
            throw new ServerStartException(
                    "listening on '" + options.host() + "' lets others in: it needs tokens (--token-file)", null);
        }
        Optional<Tls> tls = tls(options);
        EmbeddedDurableStreams streams = open(options);
        ServerParts parts = parts(options, streams, agent);
        return start(options, tls, streams.engine(), streams::close, parts);
    }

    private static Optional<Tls> tls(ServerOptions options) {
        try {
            return Tls.open(options.tls(), Instant.now());
        } catch (IllegalArgumentException unusable) {
            throw new ServerStartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static ServerParts parts(
            ServerOptions options, EmbeddedDurableStreams streams, Optional<AgentSource> agent) {
        try {
            return ServerParts.of(options, streams, agent);
        } catch (RuntimeException cannotStart) {
            streams.close();
            throw new ServerStartException(String.valueOf(cannotStart.getMessage()), cannotStart);
        }
    }

    private static EmbeddedDurableStreams open(ServerOptions options) {
        int readers = options.limits().waitingReadersMax();
        EngineOptions engine = options.engine()
                .withBatchBytesMax(options.limits().bodyBytesMax())
                .withWaitingReadersMax(readers + Math.min(OWN_READERS_MAX, Integer.MAX_VALUE - readers));
        try {
            return EmbeddedDurableStreams.open(options.dataDir(), engine);
        } catch (DataFolderException unusable) {
            throw new ServerStartException("cannot use the data folder: " + unusable.getMessage(), unusable);
        }
    }

    /**
     * Serves {@code engine}.
     *
     * @param closeStore called when the server is closed or could not start
     * @param filters see every request before any route does; the first is outermost. A filter that answers does not
     *     call the next
     * @param faces what is served beside the protocol itself
     */
    static AnabranchServer start(
            ServerOptions options,
            StreamEngine engine,
            Runnable closeStore,
            List<Handler.Wrapper> filters,
            List<Face> faces) {
        return start(options, tls(options), engine, closeStore, new ServerParts(filters, faces));
    }

    private static AnabranchServer start(
            ServerOptions options, Optional<Tls> tls, StreamEngine engine, Runnable closeStore, ServerParts parts) {
        StreamsHandler streams = new StreamsHandler(engine, options);
        List<Handler.Wrapper> chain = new ArrayList<>();
        chain.add(new GracefulHandler());
        chain.add(new WithoutLength());
        chain.addAll(parts.filters());
        chain.add(streams);
        chain.add(new HeadAsGet());
        // Routes read bodies in one piece: they are called once it is there. Forms are no exception: left to itself the
        // handler takes them apart, and nothing is left to read of what curl sends without a content type.
        chain.add(new EagerContentHandler(new EagerContentHandler.RetainedContentLoaderFactory()));
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.http.prefer405over404 = true;
            config.http.maxRequestSize = options.limits().bodyBytesMax();
            config.jetty.modifyServer(server -> setUp(server, chain));
            config.jetty.modifyHttpConfiguration(http -> setUp(http, options));
            config.jetty.addConnector((server, http) -> connector(server, http, options, tls));
            Problems.install(config);
            parts.faces().forEach(face -> face.declare(config));
        });
        AnabranchServer server = new AnabranchServer(javalin, closeStore, streams, parts.faces(), options);
        try {
            javalin.start();
            return server;
        } catch (RuntimeException cannotListen) {
            server.close();
            throw new ServerStartException(
                    "cannot listen on " + options.host() + ":" + options.port() + ": " + rootMessage(cannotListen),
                    cannotListen);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof UnresolvedAddressException || root instanceof UnknownHostException
                ? "there is no such host"
                : String.valueOf(root.getMessage());
    }

    /** Where the server listens, without a path. */
    public URI uri() {
        String host = options.host();
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return URI.create((options.tls().isOn() ? "https://" : "http://") + name + ":" + port());
    }

    public int port() {
        return javalin.port();
    }

    /** Lets requests in flight finish, ends waiting readers, and releases port and store. Idempotent. */
    @Override
    public void close() {
        streams.endWaiting();
        javalin.stop();
        faces.forEach(Face::close);
        closeStore.run();
    }

    private static void setUp(Server server, List<Handler.Wrapper> chain) {
        // The monitor cuts idle connections when threads are busy; waiting readers are idle and cost no thread.
        server.getBeans(LowResourceMonitor.class).forEach(server::removeBean);
        server.setErrorHandler(new ProblemErrorHandler());
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        // Each insertion goes right below the server, so the outermost comes last.
        for (int i = chain.size() - 1; i >= 0; i--) {
            server.insertHandler(chain.get(i));
        }
    }

    private static void setUp(HttpConfiguration http, ServerOptions options) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(options.limits().headerBytesMax());
        http.setHttpCompliance(HttpCompliance.RFC9110);
        // Paths are checked by us, once and raw: Jetty shall neither normalise nor refuse them first.
        http.setUriCompliance(UriCompliance.UNSAFE);
    }

    private static ServerConnector connector(
            Server server, HttpConfiguration http, ServerOptions options, Optional<Tls> tls) {
        ServerConnector connector = tls.map(keys -> keys.connector(server, http))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(options.limits().idleTimeout().toMillis());
        connector.setAcceptQueueSize(1024);
        return connector;
    }
}
