package dev.anabranch.storage;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.StreamName;
import java.util.List;
import java.util.Optional;

/**
 * A stream to be made, on condition that no stream holds {@code name} and that the source in {@code origin}, if any, is
 * there, not deleted, and reaches up to the origin's position.
 */
public record StreamCreation(
        StreamName name,
        ContentType contentType,
        Expiry expiry,
        Optional<ForkOrigin> origin,
        StreamState state,
        List<StoredRecord> records) {

    public StreamCreation {
        records = List.copyOf(records);
    }
}
