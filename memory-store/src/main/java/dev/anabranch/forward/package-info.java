/** Bringing home what a branch found: marked with where it came from, once, and to be taken back by an append. */
@NullMarked
package dev.anabranch.forward;

import org.jspecify.annotations.NullMarked;
