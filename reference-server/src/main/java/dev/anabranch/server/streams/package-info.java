/** The Durable Streams protocol over HTTP: PROTOCOL.md sections 4, 5, 8, 9, 10 and 12 at {@code /v1/stream/}. */
@NullMarked
package dev.anabranch.server.streams;

import org.jspecify.annotations.NullMarked;
