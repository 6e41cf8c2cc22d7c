package dev.anabranch.storage;

/** Thrown when a batch was not written, or perhaps was. */
final class StoreWriteException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean full;

    /** @param full whether there was no room, so that writes may work again later */
    StoreWriteException(String message, Throwable cause, boolean full) {
        super(message, cause);
        this.full = full;
    }

    boolean isFull() {
        return full;
    }
}
