package dev.anabranch.storage;

import dev.anabranch.stream.Producer;
import java.util.Optional;

/**
 * What changes about a stream.
 *
 * @param version grows by one with each change
 * @param tail the position after the last record
 * @param closedBy the producer whose append closed the stream
 * @param sequence the last {@code Stream-Seq}
 * @param producers how many producers are remembered
 * @param accessed when the stream was last read or written, in milliseconds of the caller's own clock
 * @param due when the caller wants to find the stream by {@link StreamStorage#due}, on the same clock; 0 for never
 * @param deleted whether the stream is only kept for its forks
 */
public record StreamState(
        long version,
        long tail,
        boolean closed,
        Optional<Producer> closedBy,
        Optional<String> sequence,
        int producers,
        long accessed,
        long due,
        boolean deleted) {

    /** The state of a stream that nothing was done to yet. */
    public static StreamState initial(long tail, boolean closed, long accessed, long due) {
        return new StreamState(1, tail, closed, Optional.empty(), Optional.empty(), 0, accessed, due, false);
    }

    public StreamState withAccessed(long accessed) {
        return new StreamState(version, tail, closed, closedBy, sequence, producers, accessed, due, deleted);
    }

    /** The next version, found at another time. */
    public StreamState postponed(long due) {
        return new StreamState(version + 1, tail, closed, closedBy, sequence, producers, accessed, due, deleted);
    }

    /** The next version, kept for forks only and never due. */
    StreamState asDeleted() {
        return new StreamState(version + 1, tail, closed, closedBy, sequence, producers, accessed, 0, true);
    }
}
