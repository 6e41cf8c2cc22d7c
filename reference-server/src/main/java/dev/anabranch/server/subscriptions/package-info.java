/** Subscriptions over HTTP: the reserved routes below {@code /v1/stream/__ds} (PROTOCOL.md sections 6 and 7). */
@NullMarked
package dev.anabranch.server.subscriptions;

import org.jspecify.annotations.NullMarked;
