package dev.anabranch.session;

import org.jspecify.annotations.Nullable;

/** Something about the sessions themselves that keeps a request from being carried out. The subclass says what. */
public abstract class SessionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    protected SessionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
