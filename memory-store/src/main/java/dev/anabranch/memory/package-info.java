/** LangChain4j's chat memory on agent sessions: a store to drop in, and a native memory. */
@NullMarked
package dev.anabranch.memory;

import org.jspecify.annotations.NullMarked;
