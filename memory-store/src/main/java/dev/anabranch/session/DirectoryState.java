package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the directory's events add up to. Not safe for use by many threads. */
final class DirectoryState {

    private static final int FORKS_REMEMBERED = 10_000;
    private static final int TRANSACTIONS_REMEMBERED = 1_024;

    /** How long a line may lack its stream before it counts as left over from a crash. */
    private static final Duration YOUNG = Duration.ofMinutes(2);

    /** A session that the directory lists. */
    static final class Line {
        private final long number;
        private SessionRecord record;
        private Instant updatedAt;
        private @Nullable Instant verifiedAt;

        private Line(long number, SessionRecord record, Instant updatedAt) {
            this.number = number;
            this.record = record;
            this.updatedAt = updatedAt;
        }

        /** Lines have ascending numbers in the order in which sessions were made. */
        long number() {
            return number;
        }

        SessionRecord record() {
            return record;
        }

        void verifiedAt(Instant now) {
            if (verifiedAt == null || record.ttl().isPresent()) {
                verifiedAt = now;
            }
        }

        /** Whether the stream was seen, and cannot have expired since. */
        boolean isVerifiedAt(Instant now) {
            Instant seen = verifiedAt;
            return seen != null
                    && record.ttl()
                            .map(ttl -> seen.plus(ttl.dividedBy(2)).isAfter(now))
                            .orElse(true);
        }

        /** Whether it was left alone for so long that its stream may be gone, as far as is known. */
        boolean mayHaveExpiredAt(Instant now) {
            return !isVerifiedAt(now)
                    && record.ttl()
                            .map(ttl -> record.createdAt().plus(ttl).isBefore(now))
                            .orElse(false);
        }

        /** Whether its stream was there once: if it is not there now, it is not about to be made. */
        boolean hasBeenVerified() {
            return verifiedAt != null;
        }

        boolean isOldAt(Instant now) {
            return record.createdAt().plus(YOUNG).isBefore(now);
        }
    }

    private record Fork(String root, Instant time) {}

    private final Map<String, Line> lines = new HashMap<>();
    private final NavigableMap<Long, Line> byNumber = new TreeMap<>();
    private final Map<String, TreeSet<Long>> childNumbers = new HashMap<>();
    private final Deque<Fork> forks = new ArrayDeque<>();
    private final Set<String> transactions = new HashSet<>();
    private final Deque<String> transactionOrder = new ArrayDeque<>();
    private long events;

    void apply(Entry entry) {
        events++;
        if (!(entry instanceof Entry.Session event)) {
            return;
        }
        event.headers().txid().ifPresent(this::note);
        String operation = event.headers().operation();
        Instant time = event.headers().time().orElse(Instant.EPOCH);
        Line line = lines.get(event.id());
        if (operation.equals("delete")) {
            if (line != null
                    && line.record.generation()
                            <= event.value().path("generation").asInt(0)) {
                remove(line);
            }
            return;
        }
        SessionRecord record = SessionRecord.fromJson(event.id(), event.value());
        if (line == null || line.record.generation() < record.generation()) {
            add(record, line, time);
        } else if (operation.equals("update") && line.record.generation() == record.generation()) {
            line.record = record;
            line.updatedAt = time;
        }
    }

    private void note(String txid) {
        if (transactions.add(txid)) {
            transactionOrder.add(txid);
        }
        if (transactionOrder.size() > TRANSACTIONS_REMEMBERED) {
            transactions.remove(transactionOrder.remove());
        }
    }

    /** A line that another state holds. */
    void add(Line line) {
        events = Math.max(events, line.number);
        add(line.record, null, line.updatedAt);
    }

    private void add(SessionRecord record, @Nullable Line old, Instant time) {
        if (old != null) {
            remove(old);
        }
        Line line = new Line(events, record, time);
        lines.put(record.id(), line);
        byNumber.put(line.number, line);
        record.forkedFrom().ifPresent(parent -> {
            childNumbers.computeIfAbsent(parent, id -> new TreeSet<>()).add(line.number);
            forks.add(new Fork(rootOf(record), record.createdAt()));
        });
        if (forks.size() > FORKS_REMEMBERED) {
            forks.remove();
        }
    }

    private void remove(Line line) {
        lines.remove(line.record.id());
        byNumber.remove(line.number);
        line.record.forkedFrom().map(childNumbers::get).ifPresent(numbers -> numbers.remove(line.number));
    }

    boolean hasSeen(String txid) {
        return transactions.contains(txid);
    }

    Optional<Line> line(String id) {
        return Optional.ofNullable(lines.get(id));
    }

    /** All lines in the order in which their sessions were made. */
    NavigableMap<Long, Line> byNumber() {
        return byNumber;
    }

    /** The live session that {@code record} was forked from. */
    Optional<Line> parent(SessionRecord record) {
        return record.forkedFrom()
                .flatMap(this::line)
                .filter(parent -> parent.record.generation() == record.forkedFromGeneration());
    }

    /** The first session of the tree, as far as its ancestors live. */
    String rootOf(SessionRecord record) {
        SessionRecord at = record;
        for (Optional<Line> parent = parent(at); parent.isPresent(); parent = parent(at)) {
            at = parent.get().record;
        }
        return at.id();
    }

    /** Live branches, oldest first. */
    List<Line> children(String id) {
        List<Line> children = new ArrayList<>();
        for (long number : childNumbers.getOrDefault(id, new TreeSet<>())) {
            Line child = byNumber.get(number);
            if (child != null && parent(child.record).isPresent()) {
                children.add(child);
            }
        }
        return children;
    }

    List<Line> ancestors(SessionRecord record) {
        List<Line> ancestors = new ArrayList<>();
        for (Optional<Line> at = parent(record); at.isPresent(); at = parent(at.get().record)) {
            ancestors.add(at.get());
        }
        return ancestors;
    }

    /** A session and everything below it, each before its branches. */
    List<Line> subtree(Line top) {
        List<Line> all = new ArrayList<>();
        Deque<Line> open = new ArrayDeque<>(List.of(top));
        while (!open.isEmpty()) {
            Line line = open.pop();
            all.add(line);
            children(line.record.id()).forEach(open::push);
        }
        return all;
    }

    List<Instant> forksSince(String root, Instant since) {
        return forks.stream()
                .filter(fork -> fork.root.equals(root) && !fork.time.isBefore(since))
                .map(Fork::time)
                .sorted()
                .toList();
    }

    SessionInfo info(Line line) {
        SessionRecord record = line.record;
        return new SessionInfo(
                record.id(),
                record.label(),
                parent(record).map(parent -> parent.record.id()),
                rootOf(record),
                record.forkedFrom(),
                record.forkPoint(),
                record.creator(),
                record.createdAt(),
                line.updatedAt,
                record.archived(),
                record.scratch(),
                record.ttl(),
                record.settings(),
                record.metadata(),
                record.generation());
    }

    List<SessionInfo> infos(Collection<Line> some) {
        return some.stream().map(this::info).toList();
    }

    /** @param gone sessions that are shown only for the sake of branches below them */
    SessionTree tree(Line top, Set<String> gone) {
        // Built from the leaves up, without recursion: a chain of branches may be very long.
        List<Line> all = subtree(top);
        Map<String, SessionTree> built = new HashMap<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Line line = all.get(i);
            List<SessionTree> below = new ArrayList<>();
            for (Line child : children(line.record.id())) {
                SessionTree tree = built.remove(child.record.id());
                if (tree != null) {
                    below.add(tree);
                }
            }
            boolean isShown = line == top || !below.isEmpty() || !gone.contains(line.record.id());
            if (isShown) {
                built.put(line.record.id(), new SessionTree(info(line), below));
            }
        }
        SessionTree tree = built.get(top.record.id());
        if (tree == null) {
            throw new AssertionError("tree without its top");
        }
        return tree;
    }
}
