package dev.anabranch.engine;

import dev.anabranch.stream.StreamName;

/** Is told what happens to streams, one call at a time. Must not block. */
public interface StreamListener {

    /** What happened. */
    enum Change {
        CREATED,
        APPENDED,
        CLOSED,
        /** Also a stream that expired. */
        DELETED
    }

    /**
     * A stream has changed. An append that also closes is told as two changes of the same status.
     *
     * @param status the stream after the change; for {@code DELETED} as it was before
     */
    void onChange(StreamName name, StreamStatus status, Change change);
}
