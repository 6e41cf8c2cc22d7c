/** The Durable Streams protocol as a Java API: streams that are appended to, forked, read and tailed. */
@NullMarked
package dev.anabranch.stream;

import org.jspecify.annotations.NullMarked;
