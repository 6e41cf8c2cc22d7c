package dev.anabranch.server.rest;

import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Set;

/**
 * One route: the list of them is what the server declares, what its description is checked against, and what the tests
 * of its rights walk through.
 *
 * @param path with parameters in braces, such as {@code /v1/conversations/{id}}
 * @param scopes what the token must allow, all of it
 */
public record Route(HandlerType method, String path, Set<Scope> scopes, Handler handler) {

    /** Answers a request of a caller who has the scopes. */
    @FunctionalInterface
    public interface Handler {
        void handle(Context http, Caller caller);
    }

    public Route {
        scopes = Set.copyOf(scopes);
    }

    public static Route of(HandlerType method, String path, Scope scope, Handler handler) {
        return new Route(method, path, Set.of(scope), handler);
    }

    /** Declares the route. */
    public void declare(JavalinConfig config) {
        config.routes.addHttpHandler(method, path, http -> {
            Caller caller = Callers.of(http);
            scopes.forEach(scope -> Callers.require(caller, scope));
            handler.handle(http, caller);
        });
    }
}
