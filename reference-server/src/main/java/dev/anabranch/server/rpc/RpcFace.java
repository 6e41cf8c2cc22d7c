package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.server.conversations.Conversations;
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

/** Serves sessions over JSON-RPC 2.0 at {@code /rpc}. */
public final class RpcFace implements Face {

    static final String PATH = "/rpc";

    private static final String CALLER = "caller";
    private static final int MESSAGE_BYTES_MAX = 1 << 20;
    private static final int PING_SECONDS = 10;

    private final RpcMethods methods;
    private final RpcCalls calls;
    private final RpcEvents events;

    public RpcFace(Conversations conversations, SessionSearch search) {
        this.methods = new RpcMethods(conversations, search);
        this.calls = new RpcCalls(methods);
        this.events = RpcEvents.of(conversations);
    }

    /** The names of all methods. */
    public List<String> methods() {
        return methods.names();
    }

    @Override
    public void declare(JavalinConfig config) {
        config.routes.post(PATH, this::post);
        config.jetty.modifyWebSocketServletFactory(factory -> factory.setMaxTextMessageSize(MESSAGE_BYTES_MAX));
        config.routes.wsBeforeUpgrade(PATH, http -> http.attribute(CALLER, Callers.of(http)));
        config.routes.ws(PATH, this::socket);
    }

    @Override
    public void close() {
        events.close();
    }

    private void post(Context http) {
        Optional<JsonNode> answer = calls.answer(Callers.of(http), http.bodyAsBytes());
        if (answer.isPresent()) {
            Answer.json(http, 200, answer.get());
        } else {
            http.status(204);
        }
    }

    private void socket(WsConfig socket) {
        socket.onConnect(session -> {
            session.enableAutomaticPings(PING_SECONDS, TimeUnit.SECONDS);
            events.add(session.sessionId(), caller(session), event -> session.send(event.toString()));
        });
        socket.onClose(session -> events.remove(session.sessionId()));
        socket.onMessage(
                message -> calls.answer(caller(message), message.message().getBytes(StandardCharsets.UTF_8))
                        .ifPresent(answer -> message.send(answer.toString())));
    }

    private static Caller caller(WsContext session) {
        Caller caller = session.attribute(CALLER);
        if (caller == null) {
            throw new AssertionError("a connection came past the gate");
        }
        return caller;
    }
}
