/** The server: streams, conversations and sessions over HTTP. */
@NullMarked
package dev.anabranch.server;

import org.jspecify.annotations.NullMarked;
