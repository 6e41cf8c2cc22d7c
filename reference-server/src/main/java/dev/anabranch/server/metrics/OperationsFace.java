package dev.anabranch.server.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.StreamName;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/** Serves {@code /health} and {@code /metrics}. */
public final class OperationsFace implements Face {

    private final StreamEngine engine;
    private final Meters meters;
    private final StreamName probe;

    /**
     * Tells of this engine.
     *
     * @param probe a stream that is asked for to see whether the store answers; need not exist
     */
    public OperationsFace(StreamEngine engine, Meters meters, StreamName probe) {
        this.engine = engine;
        this.meters = meters;
        this.probe = probe;
    }

    /** The routes that need a token. */
    public List<Route> routes() {
        return List.of(Route.of(HandlerType.GET, "/metrics", Scope.READ, this::metrics));
    }

    @Override
    public void declare(JavalinConfig config) {
        config.routes.get("/health", this::ready);
        config.routes.get("/health/ready", this::ready);
        config.routes.get("/health/live", http -> Answer.json(http, 200, status("up")));
        routes().forEach(route -> route.declare(config));
    }

    @Override
    public void close() {
        meters.close();
    }

    private void ready(Context http) {
        try {
            boolean unusedAnswer = engine.status(probe).isPresent();
            Answer.json(http, 200, status("up"));
        } catch (DurableStreamsException storeFailed) {
            Answer.json(http, 503, status("down").put("detail", storeFailed.getMessage()));
        }
    }

    private void metrics(Context http, Caller caller) {
        http.header("Cache-Control", "no-store");
        http.contentType("text/plain; version=0.0.4; charset=utf-8");
        http.result(meters.text());
    }

    private static ObjectNode status(String status) {
        return JsonBody.JSON.createObjectNode().put("status", status);
    }
}
