package dev.anabranch.session;

/** Thrown when something is to be written to a session whose stream was closed. */
public final class SessionClosedException extends SessionException {

    private static final long serialVersionUID = 1;

    SessionClosedException(String session) {
        super("the stream of session '" + session + "' is closed", null);
    }
}
