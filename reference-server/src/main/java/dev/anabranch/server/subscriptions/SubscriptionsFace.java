package dev.anabranch.server.subscriptions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.http.PublicUrl;
import dev.anabranch.server.subscriptions.ControlPath.Action;
import dev.anabranch.subscriptions.Outcome;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.subscriptions.Outcome.Refusal;
import dev.anabranch.subscriptions.SubscriptionAccess;
import dev.anabranch.subscriptions.SubscriptionConfig;
import dev.anabranch.subscriptions.SubscriptionId;
import dev.anabranch.subscriptions.SubscriptionOptions;
import dev.anabranch.subscriptions.SubscriptionView;
import dev.anabranch.subscriptions.Subscriptions;
import dev.anabranch.webhooks.JettyWebhookSender;
import dev.anabranch.webhooks.WebhookSender;
import dev.anabranch.webhooks.WebhookUrls;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Serves the control routes of subscriptions (PROTOCOL.md sections 6 and 7). Holds no thread while the disk syncs.
 * Errors are {@code {"error": {"code": …, "message": …}}}, as the protocol spells them for these routes.
 */
public final class SubscriptionsFace implements Face {

    private static final int BODY_BYTES_MAX = 4 * 1024 * 1024;
    private static final String STREAMS = "/v1/stream";
    private static final List<HandlerType> METHODS = List.of(
            HandlerType.GET,
            HandlerType.HEAD,
            HandlerType.PUT,
            HandlerType.POST,
            HandlerType.DELETE,
            HandlerType.PATCH,
            HandlerType.OPTIONS);

    private final Subscriptions subscriptions;
    private final Function<Context, String> user;
    private final Optional<PublicUrl> publicUrl;

    /**
     * Serves {@code subscriptions}, and closes them in the end.
     *
     * @param user who calls; not asked where a wake's token says it
     * @param publicUrl the server's URL as callers know it; empty to go by each request's host
     */
    public SubscriptionsFace(
            Subscriptions subscriptions, Function<Context, String> user, Optional<PublicUrl> publicUrl) {
        this.subscriptions = subscriptions;
        this.user = user;
        this.publicUrl = publicUrl;
    }

    /**
     * Takes up the subscriptions that {@code engine} keeps. Blocks until they are read.
     *
     * @param options whether there are webhooks, and where callbacks go. Webhooks may go to this machine as long as
     *     only it can reach the server: for development
     */
    public static SubscriptionsFace open(
            StreamEngine engine, ServerOptions options, SubscriptionAccess access, Function<Context, String> user) {
        Optional<WebhookSender> sender = options.webhooks()
                ? Optional.of(JettyWebhookSender.start(new WebhookUrls(options.isLoopback())))
                : Optional.empty();
        SubscriptionOptions limits =
                SubscriptionOptions.DEFAULTS.withBaseUrl(options.publicUrl().map(url -> url.of(STREAMS)));
        Subscriptions subscriptions = Subscriptions.open(engine, limits, access, sender);
        return new SubscriptionsFace(subscriptions, user, options.publicUrl());
    }

    @Override
    public void declare(JavalinConfig config) {
        Handler handler = this::handle;
        for (HandlerType method : METHODS) {
            config.routes.addHttpHandler(method, STREAMS + "/__ds", handler);
            config.routes.addHttpHandler(method, STREAMS + "/__ds/<path>", handler);
        }
    }

    @Override
    public void close() {
        subscriptions.close();
    }

    private void handle(Context http) {
        http.header("X-Content-Type-Options", "nosniff");
        http.header("Cross-Origin-Resource-Policy", "cross-origin");
        http.header("Cache-Control", "no-store");
        try {
            Optional<ControlPath> path = ControlPath.parse(http.req().getRequestURI());
            if (path.isEmpty()) {
                write(http, 404, SubscriptionJson.error("NOT_FOUND", "there is nothing at this path"));
            } else {
                route(http, path.get());
            }
        } catch (IllegalArgumentException malformed) {
            refuse(http, Refusal.invalid(String.valueOf(malformed.getMessage())));
        }
    }

    private void route(Context http, ControlPath path) {
        if (path instanceof ControlPath.SigningKeys) {
            if (allows(http, "GET", "HEAD")) {
                http.header("Cache-Control", "public, max-age=300");
                write(http, 200, SubscriptionJson.keys(subscriptions.jwks()));
                http.contentType("application/jwk-set+json");
            }
        } else if (path instanceof ControlPath.Link link) {
            if (allows(http, "DELETE")) {
                answer(
                        http,
                        subscriptions.unlink(user.apply(http), link.id(), link.stream()),
                        done -> http.status(204));
            }
        } else if (path instanceof ControlPath.Subscription named) {
            if (named.action() == Action.ITSELF) {
                itself(http, named.id());
            } else if (allows(http, "POST")) {
                act(http, named.id(), named.action());
            }
        } else {
            throw new AssertionError("no route for " + path);
        }
    }

    private void itself(Context http, SubscriptionId id) {
        if (!allows(http, "GET", "HEAD", "PUT", "DELETE")) {
            return;
        }
        String caller = user.apply(http);
        switch (http.method().name()) {
            case "PUT" -> {
                SubscriptionConfig config = body(http).config();
                answer(
                        http,
                        subscriptions.put(caller, id, config, baseUrl(http)),
                        confirmed -> write(http, confirmed.created() ? 201 : 200, json(http, confirmed.view())));
            }
            case "DELETE" -> answer(http, subscriptions.delete(caller, id), done -> http.status(204));
            default -> answer(http, subscriptions.get(caller, id), view -> write(http, 200, json(http, view)));
        }
    }

    private void act(Context http, SubscriptionId id, Action action) {
        switch (action) {
            case STREAMS ->
                answer(http, subscriptions.link(user.apply(http), id, body(http).streams()), done -> http.status(204));
            case CLAIM ->
                answer(
                        http,
                        subscriptions.claim(user.apply(http), id, body(http).worker()),
                        claim -> write(http, 200, SubscriptionJson.claim(claim)));
            case CALLBACK ->
                withToken(
                        http,
                        token -> acked(
                                http, subscriptions.callback(id, body(http).ack(token))));
            case ACK ->
                withToken(
                        http,
                        token -> acked(http, subscriptions.ack(id, body(http).ack(token))));
            case RELEASE ->
                withToken(
                        http,
                        token -> answer(
                                http, subscriptions.release(id, body(http).ack(token)), done -> http.status(204)));
            default -> throw new AssertionError("no route for " + action);
        }
    }

    private void acked(Context http, CompletableFuture<Outcome<Boolean>> outcome) {
        answer(http, outcome, next -> write(http, 200, SubscriptionJson.acked(next)));
    }

    private void withToken(Context http, Consumer<String> then) {
        String header = http.header("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            http.header("WWW-Authenticate", "Bearer realm=\"anabranch\"");
            refuse(http, new Refusal(Reason.TOKEN_INVALID, "the request has no bearer token", Optional.empty()));
            return;
        }
        then.accept(header.substring(7).strip());
    }

    private static SubscriptionBody body(Context http) {
        byte[] body = http.bodyAsBytes();
        if (body.length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException("the body is larger than " + BODY_BYTES_MAX + " bytes");
        }
        return SubscriptionBody.parse(body);
    }

    private ObjectNode json(Context http, SubscriptionView view) {
        return SubscriptionJson.subscription(view, subscriptions.signingKeyId(), baseUrl(http));
    }

    /** The URL of all streams, as the caller may call it. */
    private String baseUrl(Context http) {
        if (publicUrl.isPresent()) {
            return publicUrl.get().of(STREAMS);
        }
        return http.scheme() + "://" + Authority.of(http) + STREAMS;
    }

    private static boolean allows(Context http, String... methods) {
        if (List.of(methods).contains(http.method().name())) {
            return true;
        }
        http.header("Allow", String.join(", ", methods) + ", OPTIONS");
        if (http.method().equals(HandlerType.OPTIONS)) {
            http.status(204);
        } else {
            write(http, 405, SubscriptionJson.error("METHOD_NOT_ALLOWED", "not a method of this path"));
        }
        return false;
    }

    private static <T> void answer(Context http, CompletableFuture<Outcome<T>> outcome, Consumer<T> writer) {
        http.future(() -> outcome.handle((result, failure) -> {
            if (failure != null) {
                fail(http, failure);
            } else if (result instanceof Outcome.Done<T> done) {
                writer.accept(done.value());
            } else if (result instanceof Outcome.Refused<T> refused) {
                refuse(http, refused.refusal());
            } else {
                throw new AssertionError("no answer for " + result);
            }
            return null;
        }));
    }

    private static void fail(Context http, Throwable failure) {
        Problem problem = Problems.of(failure);
        problem.headers().forEach(http::header);
        write(
                http,
                problem.status(),
                SubscriptionJson.error(problem.code().toUpperCase(Locale.ROOT), problem.detail()));
    }

    private static void refuse(Context http, Refusal refusal) {
        write(http, statusOf(refusal.reason()), SubscriptionJson.error(refusal));
    }

    /** The only place that pairs reasons with status codes. */
    static int statusOf(Reason reason) {
        return switch (reason) {
            case INVALID_REQUEST, WEBHOOK_URL_REJECTED -> 400;
            case TOKEN_INVALID, TOKEN_EXPIRED -> 401;
            case FORBIDDEN -> 403;
            case SUBSCRIPTION_NOT_FOUND -> 404;
            case SUBSCRIPTION_ALREADY_EXISTS, FENCED, ALREADY_CLAIMED, NO_PENDING_WORK, INVALID_OFFSET -> 409;
            case TOO_MANY_SUBSCRIPTIONS -> 429;
        };
    }

    private static void write(Context http, int status, ObjectNode json) {
        http.status(status);
        http.contentType("application/json");
        http.result(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
