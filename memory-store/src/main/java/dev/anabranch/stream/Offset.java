package dev.anabranch.stream;

/**
 * A place in a stream, as an opaque token (PROTOCOL.md section 8). Tokens of one stream sort in stream order; a fork
 * shares its source's tokens up to the fork point.
 *
 * @param token the text that travels in URLs and headers: 1 to {@value #LENGTH_MAX} printable ASCII characters, none of
 *     {@code , & = ? /}
 */
public record Offset(String token) implements Comparable<Offset> {

    /** The longest token, in characters. */
    public static final int LENGTH_MAX = 256;

    /** The place before the first message. */
    public static final Offset BEGINNING = new Offset("-1");

    /** The tail at the moment the server looks: for reads that want only what is yet to come. */
    public static final Offset NOW = new Offset("now");

    public Offset {
        if (token.isEmpty() || token.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("offset is not 1 to " + LENGTH_MAX + " characters long");
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c <= ' ' || c > '~' || ",&=?/".indexOf(c) >= 0) {
                throw new IllegalArgumentException("offset has a forbidden character at index " + i);
            }
        }
    }

    /** Whether this is {@link #BEGINNING} or {@link #NOW} and not a place that a server has named. */
    public boolean isSentinel() {
        return equals(BEGINNING) || equals(NOW);
    }

    /**
     * Compares in stream order. {@link #BEGINNING} sorts before every place.
     *
     * @throws IllegalArgumentException if either is {@link #NOW}, which has no place in the order
     */
    @Override
    public int compareTo(Offset other) {
        if (equals(NOW) || other.equals(NOW)) {
            throw new IllegalArgumentException("the offset 'now' has no place in the order");
        }
        if (equals(BEGINNING) || other.equals(BEGINNING)) {
            return Boolean.compare(other.equals(BEGINNING), equals(BEGINNING));
        }
        return token.compareTo(other.token);
    }

    @Override
    public String toString() {
        return token;
    }
}
