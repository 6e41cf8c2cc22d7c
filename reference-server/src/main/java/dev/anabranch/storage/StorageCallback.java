package dev.anabranch.storage;

import dev.anabranch.stream.StreamsUnavailableException;

/**
 * Hears what became of a mutation. Callbacks come one at a time, in the order in which the mutations took effect, and
 * never from within the call that handed the mutation over. Must not block.
 */
public interface StorageCallback<T> {

    /** The mutation is durable, or was refused by its condition. */
    void done(T outcome);

    /**
     * The store failed. {@link StreamsUnavailableException#outcome()} tells whether the mutation may be found later.
     */
    void failed(StreamsUnavailableException failure);
}
