/** The entries of a session's stream: what stands on it, how they are written, and how they are read back leniently. */
@NullMarked
package dev.anabranch.entry;

import org.jspecify.annotations.NullMarked;
