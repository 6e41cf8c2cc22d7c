package dev.anabranch.engine;

import dev.anabranch.storage.StreamState;
import java.util.ArrayList;
import java.util.List;

/** A change of a stream that is on its way to disk. Guarded by the lock of its stream, until it has landed. */
final class Flight {

    private final StreamState state;
    private final List<Deferred> deferred = new ArrayList<>(0);

    /** @param state the state of the stream once it has landed */
    Flight(StreamState state) {
        this.state = state;
    }

    StreamState state() {
        return state;
    }

    /**
     * Puts off an answer that relies on this flight.
     *
     * @param landed gives the answer
     * @param lost finds another, because the flight came to nothing
     */
    void defer(Runnable landed, Runnable lost) {
        deferred.add(new Deferred(landed, lost));
    }

    void landed() {
        deferred.forEach(answer -> answer.landed().run());
    }

    void lost() {
        deferred.forEach(answer -> answer.lost().run());
    }

    private record Deferred(Runnable landed, Runnable lost) {}
}
