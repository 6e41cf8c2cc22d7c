/** Branching as agents of LangChain4j's agentic module, which is in beta and an optional dependency. */
@NullMarked
package dev.anabranch.agentic;

import org.jspecify.annotations.NullMarked;
