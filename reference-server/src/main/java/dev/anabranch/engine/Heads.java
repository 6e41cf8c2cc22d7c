package dev.anabranch.engine;

import dev.anabranch.storage.StoredStream;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamHead;
import java.util.Optional;

/** What readers learn of a stored stream. */
final class Heads {

    private Heads() {}

    static StreamHead of(StoredStream stream) {
        return new StreamHead(
                stream.name(),
                stream.contentType(),
                Positions.offset(stream.state().tail()),
                stream.state().closed(),
                stream.expiry());
    }

    static StreamStatus status(StoredStream stream) {
        return new StreamStatus(stream.id(), of(stream), forkedAt(stream));
    }

    static Optional<Offset> forkedAt(StoredStream stream) {
        return stream.origin().map(origin -> Positions.offset(origin.position()));
    }
}
