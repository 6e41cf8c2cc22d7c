/** Agent sessions on durable streams: one stream per session, forked at any message, listed in a directory. */
@NullMarked
package dev.anabranch.session;

import org.jspecify.annotations.NullMarked;
