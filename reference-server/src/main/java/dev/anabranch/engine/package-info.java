/**
 * The stream engine: create, append, read, fork, expire, collect. It knows nothing of HTTP and nothing of LangChain4j.
 */
@NullMarked
package dev.anabranch.engine;

import org.jspecify.annotations.NullMarked;
