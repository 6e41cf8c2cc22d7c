/** Full-text search in the messages of sessions. */
@NullMarked
package dev.anabranch.server.search;

import org.jspecify.annotations.NullMarked;
