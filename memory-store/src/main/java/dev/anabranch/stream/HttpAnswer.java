package dev.anabranch.stream;

import java.net.http.HttpHeaders;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * One response of a server.
 *
 * @param isWhole whether HTTP said where the body ends; if not, its end may just as well have been cut off
 */
record HttpAnswer(int status, HttpHeaders headers, Payload body, boolean isWhole) {

    /** The detail of an error page that is worth a person's time, at most. */
    private static final int DETAIL_MAX = 300;

    Optional<String> header(String name) {
        return headers.firstValue(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Whether a presence header says {@code true}, in any case; any other value counts as absent (section 4.1). */
    boolean says(String name) {
        return header(name).filter("true"::equalsIgnoreCase).isPresent();
    }

    boolean isClosed() {
        return says("Stream-Closed");
    }

    boolean isUpToDate() {
        return says("Stream-Up-To-Date");
    }

    /** The {@code Stream-Next-Offset}, if the server sent one. */
    Optional<Offset> nextOffset() {
        return header("Stream-Next-Offset").map(HttpAnswer::offset);
    }

    /** The {@code Stream-Next-Offset} of an answer that must have one. */
    Offset requireNextOffset() {
        return nextOffset().orElseThrow(() -> new MalformedAnswerException(status + " without Stream-Next-Offset"));
    }

    Optional<ContentType> contentType() {
        return header("Content-Type").map(HttpAnswer::contentType);
    }

    Optional<Long> number(String name) {
        return header(name).map(value -> number(name, value));
    }

    Optional<Instant> time(String name) {
        return header(name).map(value -> time(name, value));
    }

    /** What the server says in its own words, made fit for an exception's message; empty when it says nothing. */
    String detail() {
        boolean readable = header("Content-Type")
                .map(type -> type.startsWith("text/plain") || type.contains("json"))
                .orElse(false);
        if (!readable || body.isEmpty()) {
            return "";
        }
        String text = body.slice(0, Math.min(body.size(), DETAIL_MAX))
                .utf8()
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        return text.isEmpty() ? "" : ": " + text;
    }

    private static Offset offset(String token) {
        try {
            Offset offset = new Offset(token);
            if (offset.isSentinel()) {
                throw new MalformedAnswerException("offset is the reserved '" + token + "'");
            }
            return offset;
        } catch (IllegalArgumentException notAnOffset) {
            throw new MalformedAnswerException("Stream-Next-Offset is no offset", notAnOffset);
        }
    }

    private static ContentType contentType(String value) {
        try {
            return new ContentType(value);
        } catch (IllegalArgumentException notAType) {
            throw new MalformedAnswerException("Content-Type is no media type", notAType);
        }
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException notANumber) {
            throw new MalformedAnswerException(name + " is no number", notANumber);
        }
    }

    private static Instant time(String name, String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeParseException notATime) {
            throw new MalformedAnswerException(name + " is no time", notATime);
        }
    }
}
