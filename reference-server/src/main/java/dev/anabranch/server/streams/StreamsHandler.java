package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.http.StreamView;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Serves streams at {@code /v1/stream/{path}}, and passes on every other path, the reserved {@code /v1/stream/__ds/…}
 * included. Holds no thread while a body arrives, a disk syncs, a reader waits or a client is slow to take its
 * response.
 */
public final class StreamsHandler extends Handler.Wrapper {

    private static final String METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS";

    private final StreamEngine engine;
    private final ServerOptions options;
    private final Creation creation;
    private final Appending appending;
    private final Reading reading;
    private final Cursors cursors;
    private final WaitingReaders readers;
    private LongPoll.@Nullable Room room;

    public StreamsHandler(StreamEngine engine, ServerOptions options) {
        this.engine = engine;
        this.options = options;
        this.creation = new Creation(engine, options.publicUrl());
        this.appending = new Appending(engine);
        boolean isPrivate = options.security().requiresTokens();
        Caching caching = new Caching(isPrivate, InstantSource.system());
        this.reading = new Reading(engine, caching, options.limits().readBytesMax());
        this.cursors = new Cursors(
                InstantSource.system(), bound -> ThreadLocalRandom.current().nextInt(bound));
        this.readers = new WaitingReaders(options.limits().waitingReadersMax());
    }

    /** How many readers wait for data now. */
    public int waitingReaders() {
        return readers.count();
    }

    /** Ends every waiting read, and lets none wait from now on. What else is in flight goes on. */
    public void endWaiting() {
        readers.stop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String rawPath = request.getHttpURI().getPath();
        Optional<StreamName> name;
        try {
            name = StreamPath.parse(rawPath == null ? "" : rawPath);
        } catch (ProblemException malformed) {
            Problems.refuse(malformed.problem(), request, response, callback);
            return true;
        }
        if (name.isEmpty()) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put("Cross-Origin-Resource-Policy", "cross-origin");
        Exchange exchange = new Exchange(name.get(), request, response, callback);
        try {
            dispatch(exchange);
        } catch (RuntimeException failure) {
            exchange.fail(failure);
        }
        return true;
    }

    private void dispatch(Exchange exchange) {
        switch (exchange.request().getMethod()) {
            case "GET" -> get(exchange);
            case "HEAD" -> head(exchange);
            case "PUT" -> put(exchange);
            case "POST" -> post(exchange);
            case "DELETE" -> delete(exchange);
            case "OPTIONS" -> {
                exchange.header("Allow", METHODS);
                exchange.reply(204);
            }
            default ->
                exchange.refuse(Problem.of(
                                405, "a stream knows no " + exchange.request().getMethod())
                        .withHeader("Allow", METHODS));
        }
    }

    private void get(Exchange exchange) {
        ReadQuery query = ReadQuery.parse(exchange.request().getHttpURI().getQuery());
        switch (query.mode()) {
            case CATCH_UP -> reading.catchUp(exchange, query.offset());
            case LONG_POLL -> LongPoll.start(room(), exchange, query, options.longPollTimeout());
            case SSE ->
                SseReader.start(room(), exchange, query, options.limits().sseDuration());
        }
    }

    private void head(Exchange exchange) {
        StreamStatus status =
                engine.status(exchange.name()).orElseThrow(() -> new StreamNotFoundException(exchange.name()));
        exchange.header("Cache-Control", "no-store");
        Heads.write(status.head(), exchange);
        exchange.replyWithoutLength(200);
    }

    private void put(Exchange exchange) {
        Creation.Wanted wanted = creation.read(exchange.headers());
        RequestBody.read(
                exchange,
                options.limits().bodyBytesMax(),
                body -> answer(creation.make(exchange.name(), wanted, body), exchange, creation::write));
    }

    private void post(Exchange exchange) {
        RequestBody.read(exchange, options.limits().bodyBytesMax(), body -> {
            StreamView.of(exchange.request()).ifPresent(view -> view.accepted().accept(body));
            Appending.Wanted wanted = appending.read(exchange.headers(), !body.isEmpty());
            answer(
                    appending.append(exchange.name(), wanted, body),
                    exchange,
                    (result, reply) -> Appending.write(result, wanted.producer(), !body.isEmpty(), reply));
        });
    }

    private void delete(Exchange exchange) {
        answer(engine.delete(exchange.name()), exchange, (existed, reply) -> {
            if (!existed) {
                throw new StreamNotFoundException(reply.name());
            }
            reply.reply(204);
        });
    }

    /**
     * Answers on the thread that brings the outcome, which is the engine's own: the answer is short and writing it
     * never blocks, while another thread would have to be woken for every request.
     */
    private <T> void answer(CompletableFuture<T> future, Exchange exchange, BiConsumer<T, Exchange> writer) {
        CompletableFuture<T> unused = future.whenComplete((result, failure) -> {
            try {
                if (failure != null) {
                    exchange.fail(failure);
                } else {
                    writer.accept(result, exchange);
                }
            } catch (RuntimeException broken) {
                exchange.fail(broken);
            }
        });
    }

    private Executor executor() {
        return getServer().getThreadPool();
    }

    private LongPoll.Room room() {
        LongPoll.Room made = room;
        if (made == null) {
            throw new IllegalStateException("not started");
        }
        return made;
    }

    @Override
    protected void doStart() throws Exception {
        Executor few =
                new FewThreads(executor(), Math.max(2, Runtime.getRuntime().availableProcessors()));
        room = new LongPoll.Room(
                engine, reading, cursors, readers, few, getServer().getScheduler());
        super.doStart();
    }
}
