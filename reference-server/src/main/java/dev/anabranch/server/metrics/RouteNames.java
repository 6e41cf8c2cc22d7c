package dev.anabranch.server.metrics;

import java.util.Comparator;
import java.util.List;

/**
 * Names the route of a path, so that figures are kept for few names, however many paths there are: callers choose
 * paths, and each name costs memory.
 */
final class RouteNames {

    /** The name of every path that belongs to no route. */
    static final String NONE = "none";

    private static final List<String> FIXED = List.of(
            "/",
            "/favicon.ico",
            "/page/**",
            "/webjars/**",
            "/docs",
            "/openapi.json",
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/rpc",
            "/v1/stream/__ds/**",
            "/v1/stream/**");

    private final List<String[]> patterns;

    /** Knows the server's own routes and {@code patterns}, which have parameters in braces. */
    RouteNames(List<String> patterns) {
        // Of two that fit, the one with fewer parameters was meant.
        this.patterns = patterns.stream()
                .distinct()
                .sorted(Comparator.comparingLong(
                        pattern -> pattern.chars().filter(c -> c == '{').count()))
                .map(pattern -> pattern.split("/", -1))
                .toList();
    }

    String of(String path) {
        for (String pattern : FIXED) {
            boolean fits = pattern.endsWith("/**")
                    ? path.startsWith(pattern.substring(0, pattern.length() - 2))
                    : path.equals(pattern);
            if (fits) {
                return pattern;
            }
        }
        String[] segments = path.split("/", -1);
        for (String[] pattern : patterns) {
            if (fits(pattern, segments)) {
                return String.join("/", pattern);
            }
        }
        return NONE;
    }

    private static boolean fits(String[] pattern, String[] segments) {
        if (pattern.length != segments.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            boolean isParameter = pattern[i].startsWith("{") && !segments[i].isEmpty();
            if (!isParameter && !pattern[i].equals(segments[i])) {
                return false;
            }
        }
        return true;
    }
}
