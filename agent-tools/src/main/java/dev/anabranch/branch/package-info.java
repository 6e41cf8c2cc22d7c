/** Branches at work: fan-outs, scratches, their limits, and what came of them. */
@NullMarked
package dev.anabranch.branch;

import org.jspecify.annotations.NullMarked;
