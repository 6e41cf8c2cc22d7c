package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the patterns that stand for a name without trying each: a tree of segments, so that the cost is that of the
 * patterns which share the name's beginning. Not safe for use by several threads.
 */
final class PatternIndex<T> {

    private static final class Node<T> {
        final Map<String, Node<T>> literals = new HashMap<>();
        final Set<T> ending = new LinkedHashSet<>();

        @Nullable
        Node<T> one;

        @Nullable
        Node<T> any;

        boolean isEmpty() {
            return literals.isEmpty() && ending.isEmpty() && one == null && any == null;
        }
    }

    private record Visit<T>(Node<T> node, int index) {}

    private final Node<T> root = new Node<>();

    void add(StreamPattern pattern, T value) {
        Node<T> node = root;
        for (String segment : pattern.segments()) {
            node = childFor(node, segment);
        }
        node.ending.add(value);
    }

    void remove(StreamPattern pattern, T value) {
        remove(root, pattern.segments(), 0, value);
    }

    boolean isEmpty() {
        return root.isEmpty();
    }

    /** Everything whose pattern stands for {@code name}. */
    Set<T> matching(StreamName name) {
        Set<T> found = new LinkedHashSet<>();
        if (!root.isEmpty()) {
            collect(root, StreamPattern.segmentsOf(name.value()), 0, found, new HashSet<>());
        }
        return found;
    }

    private void collect(Node<T> node, List<String> path, int index, Set<T> found, Set<Visit<T>> visited) {
        if (node.any != null) {
            // Several ways may lead to the same "**"; each place is looked at once, or the work would multiply.
            for (int i = index; i <= path.size() && visited.add(new Visit<>(node.any, i)); i++) {
                collect(node.any, path, i, found, visited);
            }
        }
        if (index == path.size()) {
            found.addAll(node.ending);
            return;
        }
        Node<T> literal = node.literals.get(path.get(index));
        if (literal != null) {
            collect(literal, path, index + 1, found, visited);
        }
        if (node.one != null) {
            collect(node.one, path, index + 1, found, visited);
        }
    }

    private static <T> Node<T> childFor(Node<T> node, String segment) {
        if (segment.equals(StreamPattern.ONE)) {
            node.one = node.one == null ? new Node<>() : node.one;
            return node.one;
        }
        if (segment.equals(StreamPattern.ANY)) {
            node.any = node.any == null ? new Node<>() : node.any;
            return node.any;
        }
        return node.literals.computeIfAbsent(StreamPattern.literal(segment), s -> new Node<>());
    }

    private void remove(Node<T> node, List<String> pattern, int index, T value) {
        if (index == pattern.size()) {
            node.ending.remove(value);
            return;
        }
        String segment = pattern.get(index);
        if (segment.equals(StreamPattern.ONE) && node.one != null) {
            remove(node.one, pattern, index + 1, value);
            node.one = node.one.isEmpty() ? null : node.one;
        } else if (segment.equals(StreamPattern.ANY) && node.any != null) {
            remove(node.any, pattern, index + 1, value);
            node.any = node.any.isEmpty() ? null : node.any;
        } else {
            String literal = StreamPattern.literal(segment);
            Node<T> child = node.literals.get(literal);
            if (child != null) {
                remove(child, pattern, index + 1, value);
                if (child.isEmpty()) {
                    node.literals.remove(literal);
                }
            }
        }
    }
}
