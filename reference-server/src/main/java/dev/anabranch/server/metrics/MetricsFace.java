package dev.anabranch.server.metrics;

import dev.anabranch.server.http.Face;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/** Serves the server's figures at {@code /metrics}, to administrators: they show how much all users do. */
public final class MetricsFace implements Face {

    private final Meters meters;

    public MetricsFace(Meters meters) {
        this.meters = meters;
    }

    /** The routes of this face. */
    public List<Route> routes() {
        return List.of(Route.of(HandlerType.GET, "/metrics", Scope.ADMIN, this::metrics));
    }

    @Override
    public void declare(JavalinConfig config) {
        routes().forEach(route -> route.declare(config));
    }

    @Override
    public void close() {
        meters.close();
    }

    private void metrics(Context http, Caller caller) {
        http.header("Cache-Control", "no-store");
        http.contentType("text/plain; version=0.0.4; charset=utf-8");
        http.result(meters.text());
    }
}
