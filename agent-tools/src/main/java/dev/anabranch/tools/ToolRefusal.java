package dev.anabranch.tools;

/** Ends a tool call with words that a model can act on. Never leaves this package. */
final class ToolRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String error;

    /**
     * Refuses.
     *
     * @param error what is wrong, in one word of JSON
     * @param message what is wrong and what to do about it
     */
    ToolRefusal(String error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    static ToolRefusal argument(String message) {
        return new ToolRefusal("invalid_argument", message);
    }

    String error() {
        return error;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
