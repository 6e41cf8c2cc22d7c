package dev.anabranch.stream;

/** Thrown when an append is of another content type than its stream. */
public final class ContentTypeMismatchException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    public ContentTypeMismatchException(String message) {
        super(message, null);
    }
}
