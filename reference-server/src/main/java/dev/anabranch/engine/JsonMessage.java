package dev.anabranch.engine;

import dev.anabranch.stream.Payload;
import java.util.Optional;

/**
 * One JSON message as it was sent.
 *
 * @param slot where {@code headers.offset} goes, if this is an event of the Durable State protocol
 */
record JsonMessage(Payload text, Optional<OffsetSlot> slot) {}
