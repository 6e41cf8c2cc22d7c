package dev.anabranch.server.search;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Words to look for. A text matches if it holds all of them, each anywhere, in any case.
 *
 * @param words folded, at least one
 */
public record SearchQuery(List<String> words) {

    /** The most words that count. */
    static final int WORDS_MAX = 32;

    public SearchQuery {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("the query has no word");
        }
    }

    /**
     * Takes the words of a text that a user typed.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static SearchQuery parse(String text) {
        return new SearchQuery(Arrays.stream(fold(text).split("[^\\p{L}\\p{M}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .distinct()
                .limit(WORDS_MAX)
                .toList());
    }

    /** How well a folded text matches: 0 for not at all. Rarer in a longer text counts less. */
    double score(String folded) {
        double score = 0;
        for (String word : words) {
            int count = occurrences(folded, word);
            if (count == 0) {
                return 0;
            }
            score += 1 + Math.log(count);
        }
        return score / words.size() / (1 + Math.log1p(folded.length() / 500.0));
    }

    /** A piece of the text around its first match, on one line, of about {@code length} characters. */
    String excerpt(String text, int length) {
        String folded = fold(text);
        // Folding may change lengths; then the place is only about right, which does for an excerpt.
        int match = words.stream()
                .mapToInt(folded::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(0);
        int from = Math.max(0, Math.min(match, text.length()) - length / 3);
        int to = Math.min(text.length(), from + length);
        String piece = text.substring(boundary(text, from), boundary(text, to))
                .replaceAll("\\s+", " ")
                .strip();
        return (from > 0 ? "…" : "") + piece + (to < text.length() ? "…" : "");
    }

    static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    private static int boundary(String text, int at) {
        boolean splits = at > 0
                && at < text.length()
                && Character.isLowSurrogate(text.charAt(at))
                && Character.isHighSurrogate(text.charAt(at - 1));
        return splits ? at - 1 : at;
    }

    private static int occurrences(String text, String word) {
        int count = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            count++;
        }
        return count;
    }
}
