package dev.anabranch.engine;

import dev.anabranch.stream.StreamHead;

/**
 * A stream as the engine knows it.
 *
 * @param streamId tells this stream from any other that had or will have the same name; never reused
 */
public record StreamStatus(long streamId, StreamHead head) {}
