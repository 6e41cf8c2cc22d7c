package dev.anabranch.examples;

/** Thrown when the command line asks for what there is not. The message is for the person who typed it. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
