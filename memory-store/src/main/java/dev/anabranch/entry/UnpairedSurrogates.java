package dev.anabranch.entry;

/**
 * Java strings may hold half a surrogate pair; UTF-8 cannot, and would turn it into a question mark. In JSON such a
 * half can be written as an escape, and comes back as it was.
 */
public final class UnpairedSurrogates {

    private UnpairedSurrogates() {}

    /** JSON text with every unpaired surrogate escaped. They only ever occur within its strings. */
    public static String escape(String json) {
        int first = firstUnpaired(json, 0);
        if (first < 0) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        int from = 0;
        for (int at = first; at >= 0; at = firstUnpaired(json, at + 1)) {
            escaped.append(json, from, at).append(String.format("\\u%04x", (int) json.charAt(at)));
            from = at + 1;
        }
        return escaped.append(json, from, json.length()).toString();
    }

    private static int firstUnpaired(String text, int from) {
        int i = from;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint <= Character.MAX_VALUE && Character.isSurrogate((char) codePoint)) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return -1;
    }
}
