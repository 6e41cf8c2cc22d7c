package dev.anabranch.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Splits an event stream into events, as the HTML standard has it: lines end with CR, LF or both; one blank after the
 * colon belongs to nobody; comments and unknown fields count for nothing; an event that is not finished by a blank line
 * never happened. Keeps data as bytes, so that nothing is decoded that need not be.
 */
final class SseParser {

    /** Is told of each event. */
    interface Sink {

        /**
         * One event that is complete.
         *
         * @param type {@code message} for an event that does not say
         */
        void onEvent(String type, Payload data);
    }

    private static final int BOM = 0xfeff;

    private final Sink sink;
    private final int eventBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private String type = "";
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean isFirstLine = true;

    SseParser(Sink sink, int eventBytesMax) {
        this.sink = sink;
        this.eventBytesMax = eventBytesMax;
    }

    /**
     * Takes the next bytes in.
     *
     * @throws BodyTooLargeException if an event grows beyond the limit
     */
    void feed(ByteBuffer bytes) throws BodyTooLargeException {
        while (bytes.hasRemaining()) {
            byte octet = bytes.get();
            if (octet == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                continue;
            }
            afterCarriageReturn = octet == '\r';
            if (octet == '\r' || octet == '\n') {
                endLine();
            } else {
                line.write(octet);
                if (line.size() + data.size() > eventBytesMax) {
                    throw new BodyTooLargeException(eventBytesMax);
                }
            }
        }
    }

    private void endLine() {
        byte[] bytes = line.toByteArray();
        line.reset();
        int start = isFirstLine && startsWithByteOrderMark(bytes) ? 3 : 0;
        isFirstLine = false;
        if (bytes.length == start) {
            dispatch();
            return;
        }
        int colon = start;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(bytes.length, colon + 1);
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        field(new String(bytes, start, colon - start, StandardCharsets.UTF_8), bytes, value);
    }

    private void field(String name, byte[] bytes, int value) {
        if (name.equals("data")) {
            if (hasData) {
                data.write('\n');
            }
            hasData = true;
            data.write(bytes, value, bytes.length - value);
        } else if (name.equals("event")) {
            type = new String(bytes, value, bytes.length - value, StandardCharsets.UTF_8);
        }
    }

    private void dispatch() {
        String ofType = type.isEmpty() ? "message" : type;
        boolean happened = hasData;
        Payload payload = Payload.wrap(data.toByteArray());
        type = "";
        hasData = false;
        data.reset();
        if (happened) {
            sink.onEvent(ofType, payload);
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= 3 && new String(bytes, 0, 3, StandardCharsets.UTF_8).codePointAt(0) == BOM;
    }
}
