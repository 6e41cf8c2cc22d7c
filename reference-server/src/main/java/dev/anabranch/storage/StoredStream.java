package dev.anabranch.storage;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.StreamName;
import java.util.Optional;

/**
 * A stream as it is stored.
 *
 * @param id never given to another stream, also not to one that takes over the name
 * @param origin where the stream was forked from
 */
public record StoredStream(
        long id,
        StreamName name,
        ContentType contentType,
        Expiry expiry,
        Optional<ForkOrigin> origin,
        StreamState state) {

    public StoredStream withState(StreamState state) {
        return new StoredStream(id, name, contentType, expiry, origin, state);
    }
}
