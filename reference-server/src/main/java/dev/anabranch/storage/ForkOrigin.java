package dev.anabranch.storage;

import dev.anabranch.stream.StreamName;

/**
 * Where a fork comes from.
 *
 * @param anchor the position that was asked for
 * @param subOffset how far past it, as asked for
 * @param position the place where the fork leaves its source: it holds no records before it
 * @param expiryInherited whether the expiry was the source's
 */
public record ForkOrigin(
        long sourceId, StreamName source, long anchor, long subOffset, long position, boolean expiryInherited) {}
