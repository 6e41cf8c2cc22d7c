/** Conversations: sessions with users, as a JSON API at {@code /v1/conversations}. */
@NullMarked
package dev.anabranch.server.conversations;

import org.jspecify.annotations.NullMarked;
