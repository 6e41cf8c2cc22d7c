/** The storage contract, streams and their records made durable, and its implementations. */
@NullMarked
package dev.anabranch.storage;

import org.jspecify.annotations.NullMarked;
