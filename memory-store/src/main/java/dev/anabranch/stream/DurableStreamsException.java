package dev.anabranch.stream;

import org.jspecify.annotations.Nullable;

/** Something that keeps a request on streams from being carried out. The subclass says what. */
public abstract class DurableStreamsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    protected DurableStreamsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
