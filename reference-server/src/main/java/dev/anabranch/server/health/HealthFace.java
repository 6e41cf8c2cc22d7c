package dev.anabranch.server.health;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.Problems;
import dev.anabranch.stream.DurableStreamsException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /health/live} (the process answers), {@code /health/ready} (the store takes writes) and {@code /health}
 * (both, and nothing was found damaged). 200 means yes; 503, a problem, means not now. Needs no token: it tells nothing
 * of anyone's data.
 */
public final class HealthFace implements Face {

    private static final Problem DAMAGED = Problem.of(
            503,
            "unavailable",
            "something in the store is damaged, as the server's log says: restore the data folder from a backup");

    private final StreamEngine engine;
    private final Readiness readiness;

    /** Asks {@code engine}, at most once a second by {@code nanoTime}. */
    public HealthFace(StreamEngine engine, LongSupplier nanoTime) {
        this.engine = engine;
        this.readiness = new Readiness(engine, nanoTime);
    }

    @Override
    public void declare(JavalinConfig config) {
        config.routes.get("/health/live", http -> answer(http, "{\"status\":\"live\"}"));
        config.routes.get("/health/ready", http -> ready(http, "{\"status\":\"ready\"}"));
        config.routes.get("/health", this::health);
    }

    private void health(Context http) {
        if (engine.isDamaged()) {
            Problems.write(DAMAGED, http);
        } else {
            ready(http, "{\"status\":\"up\",\"live\":true,\"ready\":true}");
        }
    }

    private void ready(Context http, String yes) {
        // Not on the engine's own thread: the next commit must not wait for a slow client.
        http.future(() -> readiness.check().handleAsync((nothing, failure) -> {
            if (failure == null) {
                answer(http, yes);
            } else {
                Problems.write(Problem.of(503, "unavailable", reason(failure)), http);
            }
            return null;
        }));
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return reason(failure.getCause());
        }
        return failure instanceof DurableStreamsException known
                ? String.valueOf(known.getMessage())
                : "the store does not answer in time";
    }

    private static void answer(Context http, String json) {
        http.header("Cache-Control", "no-store");
        http.header("X-Content-Type-Options", "nosniff");
        http.contentType("application/json");
        http.result(json);
    }
}
