package dev.anabranch.session;

/** Thrown when a session is to be made under an id that is taken. */
public final class SessionExistsException extends SessionException {

    private static final long serialVersionUID = 1;

    private final String session;

    public SessionExistsException(String session) {
        super("session '" + session + "' exists already", null);
        this.session = session;
    }

    public String session() {
        return session;
    }
}
