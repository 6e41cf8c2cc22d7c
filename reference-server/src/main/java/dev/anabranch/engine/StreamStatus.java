package dev.anabranch.engine;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamHead;
import java.util.Optional;

/**
 * A stream as the engine knows it.
 *
 * @param streamId tells this stream from any other that had or will have the same name; never reused
 * @param forkedAt where a fork leaves its source; what lies before is inherited
 */
public record StreamStatus(long streamId, StreamHead head, Optional<Offset> forkedAt) {}
