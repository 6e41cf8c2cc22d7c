package dev.anabranch.stream;

import java.util.Optional;

/** What became of an append. Only {@link Appended} changed the stream. */
public sealed interface AppendResult {

    /**
     * The batch is durable and {@code tail} follows its last message.
     *
     * @param closed whether the stream is closed now
     */
    record Appended(Offset tail, boolean closed) implements AppendResult {}

    /**
     * An earlier attempt already wrote this batch, or the stream was to be closed and is.
     *
     * @param lastSequence the highest sequence accepted from the producer in this epoch; empty for a close without a
     *     producer
     */
    record Duplicate(Offset tail, Optional<Long> lastSequence, boolean closed) implements AppendResult {}

    /** The stream ended at {@code tail} and takes no more. */
    record StreamClosed(Offset tail) implements AppendResult {}

    /** The {@code Stream-Seq} is not greater than the one of an earlier append. */
    record SequenceConflict(Offset tail) implements AppendResult {}

    /** A newer epoch of the same producer has taken over; this one must stop. */
    record ProducerFenced(long currentEpoch) implements AppendResult {}

    /** An append of the same producer is missing in between. */
    record ProducerGap(long expectedSequence, long receivedSequence) implements AppendResult {}
}
