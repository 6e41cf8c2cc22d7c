/** The description of the server's routes: for programs as OpenAPI, for people as a plain page. */
@NullMarked
package dev.anabranch.server.description;

import org.jspecify.annotations.NullMarked;
