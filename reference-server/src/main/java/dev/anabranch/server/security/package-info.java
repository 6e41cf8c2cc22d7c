/** Who calls the server, and what the network may ask of it: tokens, hosts, origins, rates. */
@NullMarked
package dev.anabranch.server.security;

import org.jspecify.annotations.NullMarked;
