/** HTTPS by the server itself, with a key of its operator's. */
@NullMarked
package dev.anabranch.server.tls;

import org.jspecify.annotations.NullMarked;
