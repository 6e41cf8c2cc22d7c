package dev.anabranch.storage;

import java.util.List;

/** What became of a removal. */
public sealed interface RemovalOutcome {

    /**
     * These streams are gone.
     *
     * @param more whether {@link StreamStorage#collect} would find more to remove
     */
    record Removed(List<StoredStream> streams, boolean more) implements RemovalOutcome {
        public Removed {
            streams = List.copyOf(streams);
        }
    }

    /** The stream has forks, and is marked deleted for as long as they are there. */
    record Retained(StreamState state) implements RemovalOutcome {}

    /** It was marked deleted before. */
    record AlreadyDeleted() implements RemovalOutcome {}

    /** There is no such stream. */
    record Absent() implements RemovalOutcome {}
}
