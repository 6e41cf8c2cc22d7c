/** Two sessions side by side: how far they are the same, and what each said after that. */
@NullMarked
package dev.anabranch.compare;

import org.jspecify.annotations.NullMarked;
