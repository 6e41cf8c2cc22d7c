package dev.anabranch.session;

import dev.anabranch.stream.DurableStreamsException;

/** Is told what happens to sessions, one call at a time. Must not block for long. */
public interface DirectoryListener {

    /** What happened. */
    enum Change {
        CREATED,
        FORKED,
        UPDATED,
        DELETED
    }

    /** A session changed; it comes as it is after the change, or as it last was if it was deleted. */
    void onChange(Change change, SessionInfo session);

    /** Listening has ended and will not go on: the server stays out of reach. */
    default void onFailure(DurableStreamsException failure) {}
}
