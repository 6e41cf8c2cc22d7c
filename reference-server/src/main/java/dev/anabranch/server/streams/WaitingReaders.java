package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The readers that wait for data now: bounded in number, and told when the server stops. Safe for many threads. */
final class WaitingReaders {

    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    WaitingReaders(int max) {
        this.max = max;
    }

    /** One reader's place, until it leaves. */
    final class Place {

        private final Runnable end;

        private Place(Runnable end) {
            this.end = end;
        }

        /** Idempotent. */
        void leave() {
            if (places.remove(this)) {
                count.decrementAndGet();
            }
        }
    }

    /**
     * Takes a place.
     *
     * @param end ends the reader's wait when the server stops; must not block
     * @throws ProblemException if there are too many readers already, or the server stops
     */
    Place enter(Runnable end) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            throw new ProblemException(Problem.busy("too many readers are waiting already"));
        }
        Place place = new Place(end);
        places.add(place);
        if (stopped) {
            place.leave();
            throw new ProblemException(Problem.busy("the server is stopping"));
        }
        return place;
    }

    int count() {
        return count.get();
    }

    /** Ends every wait, and lets nobody wait from now on. */
    void stop() {
        stopped = true;
        List.copyOf(places).forEach(place -> place.end.run());
    }
}
