/** What operators look at: figures, and a log of requests. */
@NullMarked
package dev.anabranch.server.metrics;

import org.jspecify.annotations.NullMarked;
