package dev.anabranch.engine;

import dev.anabranch.stream.Payload;
import java.nio.charset.StandardCharsets;

/**
 * The place in a message's text where the value of {@code headers.offset} goes.
 *
 * @param at the byte before which to insert the member, or at which the value that is there begins
 * @param replaced the length of the value that is there, or 0 if there is none
 */
record OffsetSlot(int at, int replaced) {

    private static final byte[] MEMBER = ",\"offset\":".getBytes(StandardCharsets.UTF_8);

    /** The message, with the offset of {@code position} in its headers. */
    Payload fill(Payload message, long position) {
        byte[] value = ('"' + Positions.token(position) + '"').getBytes(StandardCharsets.UTF_8);
        int member = replaced == 0 ? MEMBER.length : 0;
        int rest = at + replaced;
        byte[] filled = new byte[message.size() - replaced + member + value.length];
        message.slice(0, at).toByteBuffer().get(filled, 0, at);
        System.arraycopy(MEMBER, 0, filled, at, member);
        System.arraycopy(value, 0, filled, at + member, value.length);
        message.slice(rest, message.size() - rest)
                .toByteBuffer()
                .get(filled, at + member + value.length, message.size() - rest);
        return Payload.wrap(filled);
    }
}
