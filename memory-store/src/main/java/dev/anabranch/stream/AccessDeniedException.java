package dev.anabranch.stream;

/** Thrown when the server does not know the caller, or does not let it do this. */
public final class AccessDeniedException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    public AccessDeniedException(String message) {
        super(message, null);
    }
}
