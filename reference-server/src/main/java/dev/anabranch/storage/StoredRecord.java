package dev.anabranch.storage;

import dev.anabranch.stream.Payload;

/** One record of a stream. The storage does not look into {@code content}. */
public record StoredRecord(long position, Payload content) {}
