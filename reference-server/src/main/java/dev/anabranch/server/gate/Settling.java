package dev.anabranch.server.gate;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the directory up to date after requests: one thing after the other, and on a thread that may wait, for
 * requests end on the one that commits. Safe for use by many threads.
 */
final class Settling {

    /*
     * Settling a session looks whether it exists, and then drops its line if it does not. A stream that is made in
     * between is found missing all the same, and its line, written when it was admitted, is dropped. So whoever makes
     * one while sessions are settled lists it again afterwards; and because one thing is done after the other, that
     * comes last.
     */

    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    private record Work(Runnable body, boolean settles) {}

    private final RawSessions sessions;
    private final Object lock = new Object();
    private final ArrayDeque<Work> waiting = new ArrayDeque<>(); // guarded by lock
    private boolean underWay; // guarded by lock
    private int unsettled; // guarded by lock
    private long begun; // guarded by lock

    Settling(RawSessions sessions) {
        this.sessions = sessions;
    }

    /** Drops a session's line, soon, if there is no such session by then. */
    void settle(String session, Executor executor) {
        add(new Work(() -> sessions.settle(session), true), executor);
    }

    /** Does {@code listing} when all that is to be settled now is settled. */
    void afterwards(Runnable listing, Executor executor) {
        add(new Work(listing, false), executor);
    }

    /** A moment to be given to {@link #isQuietSince}. */
    long now() {
        synchronized (lock) {
            return unsettled > 0 ? -1 : begun;
        }
    }

    /** Whether nothing was being settled at that moment, nor since then. */
    boolean isQuietSince(long moment) {
        synchronized (lock) {
            return moment == begun;
        }
    }

    private void add(Work work, Executor executor) {
        synchronized (lock) {
            waiting.add(work);
            if (work.settles()) {
                begun++;
                unsettled++;
            }
            if (underWay) {
                return;
            }
            underWay = true;
        }
        executor.execute(this::work);
    }

    private void work() {
        while (true) {
            Work next;
            synchronized (lock) {
                if (waiting.isEmpty()) {
                    underWay = false;
                    return;
                }
                next = waiting.remove();
            }
            try {
                next.body().run();
            } catch (RuntimeException broken) {
                log.error("the directory was not brought up to date; the next listing does that", broken);
            }
            synchronized (lock) {
                unsettled -= next.settles() ? 1 : 0;
            }
        }
    }
}
