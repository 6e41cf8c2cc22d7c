package dev.anabranch.stream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request is malformed: broken JSON, an offset that the server never named, a sub-offset past its append.
 */
public final class InvalidRequestException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    public InvalidRequestException(String message) {
        super(message, null);
    }

    public InvalidRequestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
