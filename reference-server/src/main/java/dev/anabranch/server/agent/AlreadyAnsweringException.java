package dev.anabranch.server.agent;

/** Thrown when a session gets a message while the agent still answers the one before. */
public final class AlreadyAnsweringException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AlreadyAnsweringException(String session) {
        super("the agent is still answering in session '" + session + "'");
    }
}
