package dev.anabranch.engine;

import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import java.nio.charset.StandardCharsets;

/**
 * Positions in streams, counted in messages for JSON and in bytes for anything else, and the offsets that stand for
 * them: two numbers of 16 digits, the first of which is zero.
 */
final class Positions {

    private static final String PREFIX = "0000000000000000_";
    private static final int DIGITS = 16;
    private static final byte[] ZERO = (PREFIX + "0".repeat(DIGITS)).getBytes(StandardCharsets.ISO_8859_1);

    private Positions() {}

    static Offset offset(long position) {
        return new Offset(token(position));
    }

    /** Made for each message that is read, so without detours. */
    static String token(long position) {
        byte[] token = ZERO.clone();
        int at = token.length;
        for (long rest = position; rest > 0; rest /= 10) {
            token[--at] = (byte) ('0' + rest % 10);
        }
        return new String(token, StandardCharsets.ISO_8859_1);
    }

    /**
     * @param tail the stream's tail, which {@link Offset#NOW} stands for
     * @throws InvalidRequestException if no place of a stream with this tail has this offset
     */
    static long position(Offset offset, long tail) {
        if (offset.equals(Offset.BEGINNING)) {
            return 0;
        }
        if (offset.equals(Offset.NOW)) {
            return tail;
        }
        long position = parse(offset);
        if (position > tail) {
            throw new InvalidRequestException("offset '" + offset + "' is beyond the tail");
        }
        return position;
    }

    private static long parse(Offset offset) {
        String token = offset.token();
        if (token.length() != PREFIX.length() + DIGITS || token.charAt(DIGITS) != '_') {
            throw new InvalidRequestException("offset '" + offset + "' is malformed");
        }
        for (int i = 0; i < token.length(); i++) {
            if (i != DIGITS && (token.charAt(i) < '0' || token.charAt(i) > '9')) {
                throw new InvalidRequestException("offset '" + offset + "' is malformed");
            }
        }
        // A first number that is not zero lies beyond every tail.
        return token.startsWith(PREFIX) ? Long.parseLong(token, PREFIX.length(), token.length(), 10) : Long.MAX_VALUE;
    }
}
