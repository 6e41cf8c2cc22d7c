package dev.anabranch.stream;

/**
 * What a new stream shall be (PROTOCOL.md section 5.1).
 *
 * @param contentType the stream's type, for good
 * @param expiry when it ends by itself
 * @param closed whether it starts closed, {@code body} being all of it
 * @param body the first content, may be empty; for JSON a message or an array of messages
 */
public record CreateRequest(ContentType contentType, Expiry expiry, boolean closed, Payload body) {

    /** An open, empty JSON stream that does not expire. */
    public static final CreateRequest JSON = new CreateRequest(ContentType.JSON, Expiry.never(), false, Payload.EMPTY);

    /** An open, empty stream of this type that does not expire. */
    public static CreateRequest of(ContentType contentType) {
        return new CreateRequest(contentType, Expiry.never(), false, Payload.EMPTY);
    }

    public CreateRequest withExpiry(Expiry expiry) {
        return new CreateRequest(contentType, expiry, closed, body);
    }

    public CreateRequest withBody(Payload body) {
        return new CreateRequest(contentType, expiry, closed, body);
    }

    public CreateRequest withClosed(boolean closed) {
        return new CreateRequest(contentType, expiry, closed, body);
    }
}
