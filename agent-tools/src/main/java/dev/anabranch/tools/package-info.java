/** Tools with which an agent branches its own session. */
@NullMarked
package dev.anabranch.tools;

import org.jspecify.annotations.NullMarked;
