package dev.anabranch.subscriptions;

/**
 * A subscription's name, chosen by the client.
 *
 * @param value 1 to {@value #LENGTH_MAX} characters; no slash, backslash or control character
 */
public record SubscriptionId(String value) {

    /** The longest id, in characters. */
    public static final int LENGTH_MAX = 200;

    public SubscriptionId {
        if (value.isEmpty() || value.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("subscription id is not 1 to " + LENGTH_MAX + " characters long");
        }
        if (value.codePoints().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
            throw new IllegalArgumentException("subscription id has a slash, backslash or control character");
        }
        if (value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("subscription id has an unpaired surrogate");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
