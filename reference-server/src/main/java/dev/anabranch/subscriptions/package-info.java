/** Subscriptions: durable cursors that wake workers when streams have something new. It knows nothing of HTTP. */
@NullMarked
package dev.anabranch.subscriptions;

import org.jspecify.annotations.NullMarked;
