/** What every request passes before a route sees it: host, origin, token, rate, and the rights on streams. */
@NullMarked
package dev.anabranch.server.gate;

import org.jspecify.annotations.NullMarked;
