package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.security.Caller;
import dev.anabranch.session.DirectoryListener;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.Tailing;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells connections what happens to the sessions that their users may know of. Safe for use by many threads. */
final class RpcEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RpcEvents.class);

    private record Listener(Caller caller, Consumer<ObjectNode> send) {}

    private final Conversations conversations;
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final Tailing tailing;

    private RpcEvents(Conversations conversations) {
        this.conversations = conversations;
        this.tailing = conversations.sessions().listen((DirectoryListener) this::tell);
    }

    static RpcEvents of(Conversations conversations) {
        return new RpcEvents(conversations);
    }

    void add(String connection, Caller caller, Consumer<ObjectNode> send) {
        listeners.put(connection, new Listener(caller, send));
    }

    void remove(String connection) {
        listeners.remove(connection);
    }

    @Override
    public void close() {
        tailing.close();
    }

    private void tell(DirectoryListener.Change change, SessionInfo session) {
        if (listeners.isEmpty()) {
            return;
        }
        ObjectNode event =
                JsonBody.JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "session");
        event.putObject("params")
                .put("kind", change.name().toLowerCase(Locale.ROOT))
                .put("sessionKey", Conversations.key(session.id()));
        boolean isOver = change == DirectoryListener.Change.DELETED;
        listeners.forEach((connection, listener) -> {
            boolean mayKnow = conversations.isVisible(listener.caller(), session.id())
                    || (isOver && conversations.wasVisible(listener.caller(), session.id()));
            if (mayKnow) {
                send(connection, listener, event);
            }
        });
    }

    private void send(String connection, Listener listener, ObjectNode event) {
        try {
            listener.send().accept(event);
        } catch (RuntimeException gone) {
            LOG.debug("an event could not be sent: {}", gone.getMessage());
            remove(connection);
        }
    }
}
