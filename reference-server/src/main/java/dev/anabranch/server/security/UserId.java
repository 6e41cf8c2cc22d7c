package dev.anabranch.server.security;

/**
 * The name of a user, as tokens carry it.
 *
 * @param value 1 to {@value #LENGTH_MAX} characters, none of them a space or a control character
 */
public record UserId(String value) {

    /** The most characters that a name may have. */
    public static final int LENGTH_MAX = 200;

    /** The one user of a server that knows no token, and the owner of what nobody else owns. */
    public static final UserId LOCAL = new UserId("local");

    public UserId {
        if (value.isEmpty() || value.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("user name does not have 1 to " + LENGTH_MAX + " characters");
        }
        if (value.codePoints()
                .anyMatch(
                        c -> Character.isWhitespace(c) || Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF))) {
            throw new IllegalArgumentException("user name has a space or a control character");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
