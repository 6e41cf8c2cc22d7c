/** Who may see and change which conversation: memberships of trees, and what follows for streams. */
@NullMarked
package dev.anabranch.server.access;

import org.jspecify.annotations.NullMarked;
