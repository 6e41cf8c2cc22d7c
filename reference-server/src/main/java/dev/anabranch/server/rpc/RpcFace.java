package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.gate.Admission;
import dev.anabranch.server.gate.Callers;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Caller;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Serves sessions over JSON-RPC 2.0 at {@code /rpc}. */
public final class RpcFace implements Face {

    static final String PATH = "/rpc";

    private static final String ADMISSION = "admission";

    /** Policy violation (RFC 6455, section 7.4.1). */
    private static final int NOT_ADMITTED = 1008;

    private static final int MESSAGE_BYTES_MAX = 1 << 20;
    private static final int PING_SECONDS = 10;

    private final RpcMethods methods;
    private final RpcCalls calls;
    private final RpcEvents events;

    /**
     * Serves these conversations.
     *
     * @param engine what they lie on
     */
    public RpcFace(Conversations conversations, SessionSearch search, StreamEngine engine) {
        this.methods = new RpcMethods(conversations, search);
        this.calls = new RpcCalls(methods);
        this.events = RpcEvents.of(conversations, engine);
    }

    /** The names of all methods. */
    public List<String> methods() {
        return methods.names();
    }

    @Override
    public void declare(JavalinConfig config) {
        config.routes.post(PATH, this::post);
        config.jetty.modifyWebSocketServletFactory(factory -> factory.setMaxTextMessageSize(MESSAGE_BYTES_MAX));
        config.routes.wsBeforeUpgrade(PATH, http -> http.attribute(ADMISSION, Callers.admissionOf(http)));
        config.routes.ws(PATH, this::socket);
    }

    @Override
    public void close() {
        events.close();
    }

    private void post(Context http) {
        Admission admission = Callers.admissionOf(http);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        // The gate has counted the request, which is the first call.
        Optional<JsonNode> answer =
                calls.answer(() -> isFirst.getAndSet(false) ? Callers.of(http) : admission.renew(), http.bodyAsBytes());
        if (answer.isPresent()) {
            Answer.json(http, 200, answer.get());
        } else {
            http.status(204);
        }
    }

    private void socket(WsConfig socket) {
        socket.onConnect(session -> {
            session.enableAutomaticPings(PING_SECONDS, TimeUnit.SECONDS);
            events.add(session.sessionId(), new Connection(session));
        });
        socket.onClose(session -> events.remove(session.sessionId()));
        socket.onMessage(message -> {
            Admission admission = admission(message);
            if (admission.caller().isEmpty()) {
                turnAway(message);
                return;
            }
            calls.answer(admission::renew, message.message().getBytes(StandardCharsets.UTF_8))
                    .ifPresent(answer -> message.send(answer.toString()));
        });
    }

    private static void turnAway(WsContext session) {
        session.closeSession(NOT_ADMITTED, "the token is not valid any more");
    }

    private static Admission admission(WsContext session) {
        Admission admission = session.attribute(ADMISSION);
        if (admission == null) {
            throw new AssertionError("a connection came past the gate");
        }
        return admission;
    }

    /** A WebSocket that hears of events for as long as its token is good. */
    private record Connection(WsContext session) implements RpcEvents.Listener {

        @Override
        public Optional<Caller> caller() {
            return admission(session).caller();
        }

        @Override
        public void tell(JsonNode event) {
            session.send(event.toString());
        }

        @Override
        public void end() {
            turnAway(session);
        }
    }
}
