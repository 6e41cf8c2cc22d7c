/** The log of the server as a program. A program that embeds the server brings its own. */
@NullMarked
package dev.anabranch.server.log;

import org.jspecify.annotations.NullMarked;
