package dev.anabranch.engine;

import dev.anabranch.stream.StreamName;

/** Is told what happens to streams. Must not block. */
public interface StreamListener {

    /** What happened. */
    enum Change {
        CREATED,
        APPENDED,
        CLOSED,
        DELETED
    }

    void onChange(StreamName name, StreamStatus status, Change change);
}
