package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.List;

/**
 * A glob over stream names (PROTOCOL.md section 6.2): a segment {@code *} stands for exactly one segment, {@code **}
 * for zero or more. Any other segment stands for itself; {@code %2A} in it is a literal asterisk.
 *
 * @param value one or more segments parted by {@code /}
 */
public record StreamPattern(String value) {

    /** The most segments. */
    public static final int SEGMENTS_MAX = 64;

    static final String ONE = "*";
    static final String ANY = "**";

    public StreamPattern {
        // What is no name is no pattern: this refuses empty and dot segments, control characters, and excess.
        List<String> segments = segmentsOf(new StreamName(value).value());
        if (segments.size() > SEGMENTS_MAX) {
            throw new IllegalArgumentException("pattern has more than " + SEGMENTS_MAX + " segments");
        }
    }

    /** The segments, with runs of {@code **} reduced to one. */
    List<String> segments() {
        List<String> segments = new ArrayList<>();
        for (String segment : segmentsOf(value)) {
            boolean repeats = segment.equals(ANY)
                    && !segments.isEmpty()
                    && segments.get(segments.size() - 1).equals(ANY);
            if (!repeats) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** Whether this pattern stands for {@code name}. */
    public boolean matches(StreamName name) {
        List<String> pattern = segments();
        List<String> path = segmentsOf(name.value());
        // reached[i]: the pattern so far stands for the first i segments of the path.
        boolean[] reached = new boolean[path.size() + 1];
        reached[0] = true;
        for (String segment : pattern) {
            boolean[] next = new boolean[path.size() + 1];
            for (int i = 0; i <= path.size(); i++) {
                if (segment.equals(ANY)) {
                    next[i] = reached[i] || (i > 0 && next[i - 1]);
                } else {
                    next[i] = i > 0 && reached[i - 1] && standsFor(segment, path.get(i - 1));
                }
            }
            reached = next;
        }
        return reached[path.size()];
    }

    /** What the names of all matching streams begin with. */
    String prefix() {
        StringBuilder prefix = new StringBuilder();
        for (String segment : segmentsOf(value)) {
            if (segment.equals(ONE)) {
                return prefix.toString();
            }
            if (segment.equals(ANY)) {
                // "a/**" stands for "a" as well, so the slash is no part of the prefix.
                return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
            }
            prefix.append(literal(segment)).append('/');
        }
        return prefix.substring(0, prefix.length() - 1);
    }

    static String literal(String segment) {
        return segment.replace("%2A", "*").replace("%2a", "*");
    }

    static List<String> segmentsOf(String path) {
        return List.of(path.split("/", -1));
    }

    private static boolean standsFor(String segment, String name) {
        return segment.equals(ONE) || literal(segment).equals(name);
    }

    @Override
    public String toString() {
        return value;
    }
}
