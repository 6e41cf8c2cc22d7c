/** The page: files from the class path, with headers that keep a browser from doing more than it must. */
@NullMarked
package dev.anabranch.server.page;

import org.jspecify.annotations.NullMarked;
