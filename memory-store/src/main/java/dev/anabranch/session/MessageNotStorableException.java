package dev.anabranch.session;

import org.jspecify.annotations.Nullable;

/**
 * Thrown before anything is written when a message would not come back from the stream as it went in: it holds
 * something that JSON, or LangChain4j's codec, cannot carry.
 */
public final class MessageNotStorableException extends SessionException {

    private static final long serialVersionUID = 1;

    MessageNotStorableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
