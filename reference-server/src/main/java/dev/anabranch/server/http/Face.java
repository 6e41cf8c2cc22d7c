package dev.anabranch.server.http;

import io.javalin.config.JavalinConfig;

/**
 * A group of routes that belong together, declared once, before the server starts. An exception that a route throws is
 * answered as {@link Problem#of(Throwable)} says.
 */
public interface Face extends AutoCloseable {

    /** Declares the routes in {@code config.routes}. Called once. */
    void declare(JavalinConfig config);

    /** Releases what the routes need. Called after the last request was answered and before the engine closes. */
    @Override
    default void close() {}
}
