package dev.anabranch.session;

/** Thrown when a request names a session that does not exist, or no longer does. */
public final class SessionNotFoundException extends SessionException {

    private static final long serialVersionUID = 1;

    private final String session;

    public SessionNotFoundException(String session) {
        super("no session '" + session + "'", null);
        this.session = session;
    }

    public String session() {
        return session;
    }
}
