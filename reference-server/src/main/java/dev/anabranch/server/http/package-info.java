/** What the server's faces share: how routes are declared and how errors are spelled. */
@NullMarked
package dev.anabranch.server.http;

import org.jspecify.annotations.NullMarked;
