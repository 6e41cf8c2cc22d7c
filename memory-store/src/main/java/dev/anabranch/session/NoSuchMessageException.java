package dev.anabranch.session;

/** Thrown when a fork point names a message that the session does not have, or an index past its end. */
public final class NoSuchMessageException extends SessionException {

    private static final long serialVersionUID = 1;

    private final int messageCount;

    NoSuchMessageException(String message, int messageCount) {
        super(message, null);
        this.messageCount = messageCount;
    }

    static NoSuchMessageException ofId(String session, String messageId, int messageCount) {
        return new NoSuchMessageException("session '" + session + "' has no message '" + messageId + "'", messageCount);
    }

    static NoSuchMessageException ofIndex(int index, int messageCount) {
        return new NoSuchMessageException("index " + index + " exceeds message count " + messageCount, messageCount);
    }

    /** How many messages the session has, system messages not counted. */
    public int messageCount() {
        return messageCount;
    }
}
