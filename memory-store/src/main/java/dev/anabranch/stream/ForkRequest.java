package dev.anabranch.stream;

import java.util.Optional;

/**
 * What a fork shall share with its source (PROTOCOL.md section 4.2): everything before {@code at}, and
 * {@code subOffset} messages (of JSON) or bytes (of anything else) more.
 *
 * @param source the stream to fork; may be closed, may itself be a fork
 * @param at the fork offset, exclusive: one that the server has named; empty for the source's tail. A retry after the
 *     source has grown is only the same request when this is given
 * @param subOffset how far past {@code at}, within the one append that follows it; 0 for not at all
 * @param contentType must match the source's when given
 * @param expiry the fork's own; empty to inherit the source's. {@link Expiry.Never} counts as empty: the protocol has
 *     no words for a fork that never ends while its source does
 * @param closed whether the fork starts closed
 * @param body what is appended to the fork as it is made; may be empty
 */
public record ForkRequest(
        StreamName source,
        Optional<Offset> at,
        long subOffset,
        Optional<ContentType> contentType,
        Optional<Expiry> expiry,
        boolean closed,
        Payload body) {

    public ForkRequest {
        if (subOffset < 0) {
            throw new IllegalArgumentException("sub-offset is negative: " + subOffset);
        }
        expiry = expiry.filter(own -> !(own instanceof Expiry.Never));
    }

    /** A fork that shares all of the source, as it is when the server looks. */
    public static ForkRequest atTail(StreamName source) {
        return new ForkRequest(source, Optional.empty(), 0, Optional.empty(), Optional.empty(), false, Payload.EMPTY);
    }

    /** A fork that shares what lies before {@code at}. */
    public static ForkRequest at(StreamName source, Offset at) {
        return new ForkRequest(source, Optional.of(at), 0, Optional.empty(), Optional.empty(), false, Payload.EMPTY);
    }

    public ForkRequest withSubOffset(long subOffset) {
        return new ForkRequest(source, at, subOffset, contentType, expiry, closed, body);
    }

    public ForkRequest withExpiry(Expiry expiry) {
        return new ForkRequest(source, at, subOffset, contentType, Optional.of(expiry), closed, body);
    }

    public ForkRequest withBody(Payload body) {
        return new ForkRequest(source, at, subOffset, contentType, expiry, closed, body);
    }
}
