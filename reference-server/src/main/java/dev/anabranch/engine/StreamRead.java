package dev.anabranch.engine;

import dev.anabranch.stream.StreamPage;

/**
 * One read, together with the status of the stream at the very moment of reading, so that page and status agree: the
 * page is up to date exactly if it reaches {@code status.head().tail()}.
 */
public record StreamRead(StreamStatus status, StreamPage page) {}
