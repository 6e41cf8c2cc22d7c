package dev.anabranch.server;

import org.jspecify.annotations.Nullable;

/** Thrown when a server cannot start. The message is one sentence for the person who started it. */
public final class ServerStartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
