/** Lets administrators write backups of the store while it is in use. */
@NullMarked
package dev.anabranch.server.backup;

import org.jspecify.annotations.NullMarked;
