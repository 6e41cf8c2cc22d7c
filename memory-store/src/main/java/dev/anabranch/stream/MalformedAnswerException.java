package dev.anabranch.stream;

import org.jspecify.annotations.Nullable;

/** An answer that no server of the protocol gives: cut short, garbled, or from something else altogether. */
final class MalformedAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedAnswerException(String message) {
        this(message, null);
    }

    MalformedAnswerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
