package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamListener;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.server.access.StreamAccess;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.DirectoryListener;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells connections what happens to the sessions that their users may know of. Safe for use by many threads. */
final class RpcEvents implements AutoCloseable {

    /*
     * What is made, renamed, archived and deleted stands in the directory. Messages do not: the engine tells of appends,
     * which come as often as agents write. They are gathered for a moment, so that each session gives a few events a
     * second at most.
     */

    private static final Logger LOG = LoggerFactory.getLogger(RpcEvents.class);
    private static final long GATHER_MILLIS = 250;
    private static final String UPDATED = "updated";

    /** A connection that hears of events. */
    interface Listener {

        /** Whose connection it is; empty if the token is not good any more. */
        Optional<Caller> caller();

        void tell(JsonNode event);

        /** Closes the connection, whose token is not good any more. */
        void end();
    }

    private final Conversations conversations;
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(RpcEvents::daemon);
    private final Tailing directory;
    private final StreamEngine.Listening appends;
    private final Object lock = new Object();
    private Set<String> appendedTo = new HashSet<>(); // guarded by lock

    private RpcEvents(Conversations conversations, StreamEngine engine) {
        this.conversations = conversations;
        this.directory = conversations.sessions().listen((DirectoryListener) this::onDirectory);
        this.appends = engine.listen(this::onStream);
    }

    static RpcEvents of(Conversations conversations, StreamEngine engine) {
        return new RpcEvents(conversations, engine);
    }

    void add(String connection, Listener listener) {
        listeners.put(connection, listener);
    }

    void remove(String connection) {
        listeners.remove(connection);
    }

    @Override
    public void close() {
        appends.close();
        directory.close();
        synchronized (lock) {
            timer.shutdownNow();
        }
    }

    private void onDirectory(DirectoryListener.Change change, SessionInfo session) {
        synchronized (lock) {
            appendedTo.remove(session.id()); // this event says so too
        }
        boolean isOver = change == DirectoryListener.Change.DELETED;
        tell(
                change.name().toLowerCase(Locale.ROOT),
                session.id(),
                caller -> conversations.isVisible(caller, session)
                        || (isOver && conversations.wasVisible(caller, session.id())));
    }

    private void onStream(StreamName name, StreamStatus status, StreamListener.Change change) {
        if (change != StreamListener.Change.APPENDED || listeners.isEmpty() || !StreamAccess.isSession(name)) {
            return;
        }
        synchronized (lock) {
            boolean isFirst = appendedTo.isEmpty();
            StreamAccess.sessionOf(name).ifPresent(appendedTo::add);
            if (isFirst && !timer.isShutdown()) {
                var unused = timer.schedule(this::tellAppends, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void tellAppends() {
        Set<String> gathered;
        synchronized (lock) {
            gathered = appendedTo;
            appendedTo = new HashSet<>();
        }
        for (String session : gathered) {
            try {
                tell(UPDATED, session, caller -> conversations.isVisible(caller, session));
            } catch (RuntimeException failed) { // on the timer's thread, which has the other sessions to tell of
                LOG.warn("the appends to a session could not be told", failed);
            }
        }
    }

    private void tell(String kind, String session, Predicate<Caller> mayKnow) {
        if (listeners.isEmpty()) {
            return;
        }
        ObjectNode event =
                JsonBody.JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "session");
        event.putObject("params").put("kind", kind).put("sessionKey", Conversations.key(session));
        listeners.forEach((connection, listener) -> {
            try {
                tell(listener, event, mayKnow);
            } catch (RuntimeException gone) { // a listener that cannot be told anything more; the others can
                LOG.debug("an event could not be sent: {}", gone.getMessage());
                remove(connection);
            }
        });
    }

    private static void tell(Listener listener, JsonNode event, Predicate<Caller> mayKnow) {
        Optional<Caller> caller = listener.caller();
        if (caller.isEmpty()) {
            listener.end();
        } else if (caller.get().may(Scope.READ) && mayKnow.test(caller.get())) {
            listener.tell(event);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "rpc-events");
        thread.setDaemon(true);
        return thread;
    }
}
