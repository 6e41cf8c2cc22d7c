package dev.anabranch.server.conversations;

/** Thrown when a branch would go past a limit of the server. Nothing has been made. */
public final class BranchLimitException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BranchLimitException(String message) {
        super(message, null, false, false);
    }
}
