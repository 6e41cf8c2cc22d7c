/** Where streams are kept: the storage contract and its implementations. */
@NullMarked
package dev.anabranch.storage;

import org.jspecify.annotations.NullMarked;
