package dev.anabranch.stream;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that no server of the protocol gives. What was cut short on the way, or is from something else altogether,
 * is worth another attempt. What is {@linkplain #isGarbled garbled} would come again just so.
 */
final class MalformedAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean isGarbled;

    MalformedAnswerException(String message) {
        this(message, null);
    }

    MalformedAnswerException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private MalformedAnswerException(String message, @Nullable Throwable cause, boolean isGarbled) {
        super(message, cause);
        this.isGarbled = isGarbled;
    }

    /** Reads something that has come whole: if it makes no sense, it is what the server had to say. */
    static <T> T garbledIn(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MalformedAnswerException malformed) {
            throw new MalformedAnswerException(String.valueOf(malformed.getMessage()), malformed, true);
        }
    }

    /** Whether it has come whole and is nonsense all the same. */
    boolean isGarbled() {
        return isGarbled;
    }
}
