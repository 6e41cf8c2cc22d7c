/** Sessions over JSON-RPC 2.0 at {@code /rpc}: by POST, one call or a batch, and by WebSocket, with events. */
@NullMarked
package dev.anabranch.server.rpc;

import org.jspecify.annotations.NullMarked;
