package dev.anabranch.server.rest;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A place in a list, as clients hand it back. It names its list, so that one of another list is recognised.
 *
 * @param list what the list is, such as {@code entries chat-1}
 * @param place where in it
 */
public record Cursor(String list, String place) {

    private static final String PARTED_BY = "\n";
    private static final int LENGTH_MAX = 4096;

    /** The text that travels. */
    public String token() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((list + PARTED_BY + place).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a token of this list.
     *
     * @throws ProblemException 400 if it is none
     */
    public static String placeIn(String list, String token) {
        if (token.length() <= LENGTH_MAX) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                List<String> parts = List.of(text.split(PARTED_BY, 2));
                if (parts.size() == 2 && parts.get(0).equals(list)) {
                    return parts.get(1);
                }
            } catch (IllegalArgumentException notBase64) {
                throw unusable();
            }
        }
        throw unusable();
    }

    /** The answer to a cursor that cannot be used. */
    public static ProblemException unusable() {
        return new ProblemException(Problem.invalid("the cursor is not one of this list"));
    }
}
