/** Load drivers that measure Anabranch next to named competitors, in one run. */
@NullMarked
package dev.anabranch.benchmarks;

import org.jspecify.annotations.NullMarked;
