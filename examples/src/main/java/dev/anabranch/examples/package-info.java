/** Programs that show what sessions which fork are good for. Each runs offline. */
@NullMarked
package dev.anabranch.examples;

import org.jspecify.annotations.NullMarked;
