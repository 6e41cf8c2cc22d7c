package dev.anabranch.storage;

import dev.anabranch.stream.Producer;
import java.util.List;
import java.util.Optional;

/**
 * The next version of a stream, on condition that it is at {@code state.version() - 1} and not deleted.
 *
 * @param producer to be remembered with it
 * @param records to be added
 */
public record StreamChange(long streamId, StreamState state, Optional<Producer> producer, List<StoredRecord> records) {

    public StreamChange {
        records = List.copyOf(records);
    }
}
