/** Tells those who watch over the server whether it lives, and whether it can do its work. */
@NullMarked
package dev.anabranch.server.health;

import org.jspecify.annotations.NullMarked;
