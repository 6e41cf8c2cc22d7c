package dev.anabranch.forward;

import dev.anabranch.session.SessionException;

/** Thrown when a branch has nothing that could be brought forward: no messages of its own, or no answer yet. */
public final class NothingToBringForwardException extends SessionException {

    private static final long serialVersionUID = 1;

    NothingToBringForwardException(String message) {
        super(message, null);
    }
}
