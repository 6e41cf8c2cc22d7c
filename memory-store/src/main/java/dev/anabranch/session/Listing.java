package dev.anabranch.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;

/** One page of the list of sessions. */
final class Listing {

    private static final String AFTER = "sessions/after/";
    private static final String BEFORE = "sessions/before/";

    private final SessionWorld world;
    private final SessionQuery query;
    private final Optional<String> text;
    private final boolean backwards;
    private final long from;

    Listing(SessionWorld world, SessionQuery query) {
        this.world = world;
        this.query = query;
        this.text = query.text().map(sought -> sought.toLowerCase(Locale.ROOT));
        String cursor = query.cursor().map(Listing::decode).orElse(AFTER + Long.MAX_VALUE);
        this.backwards = cursor.startsWith(BEFORE);
        this.from = number(cursor);
    }

    private static String decode(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("cursor is not one of a list of sessions", malformed);
        }
    }

    private static long number(String cursor) {
        String prefix = cursor.startsWith(BEFORE) ? BEFORE : AFTER;
        try {
            if (cursor.startsWith(prefix)) {
                return Long.parseUnsignedLong(cursor.substring(prefix.length()));
            }
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("cursor is not one of a list of sessions", malformed);
        }
        throw new IllegalArgumentException("cursor is not one of a list of sessions");
    }

    private static Optional<String> encode(String prefix, long number) {
        byte[] bytes = (prefix + number).getBytes(StandardCharsets.UTF_8);
        return Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    SessionPage page() {
        Deadline deadline = world.deadline();
        List<DirectoryState.Line> found = new ArrayList<>();
        long at = from;
        boolean isMore = true;
        while (isMore && found.size() <= query.limit()) {
            long start = at;
            int wanted = query.limit() + 1 - found.size();
            List<DirectoryState.Line> next =
                    world.directory().look(deadline, state -> candidates(state, start, wanted));
            isMore = next.size() == wanted;
            if (!next.isEmpty()) {
                at = next.get(next.size() - 1).number();
            }
            found.addAll(world.directory()
                    .existing(next, record -> StreamSessions.exists(world, record, deadline), deadline));
        }
        boolean hasMore = found.size() > query.limit();
        List<DirectoryState.Line> page = new ArrayList<>(hasMore ? found.subList(0, query.limit()) : found);
        if (backwards) {
            Collections.reverse(page);
        }
        return toPage(page, hasMore, deadline);
    }

    private SessionPage toPage(List<DirectoryState.Line> page, boolean hasMore, Deadline deadline) {
        if (page.isEmpty()) {
            return new SessionPage(List.of(), Optional.empty(), Optional.empty());
        }
        long newest = page.get(0).number();
        long oldest = page.get(page.size() - 1).number();
        List<SessionInfo> infos = world.directory().look(deadline, state -> state.infos(page));
        boolean isFirst = query.cursor().isEmpty() || (backwards && !hasMore);
        boolean isLast = !backwards && !hasMore;
        return new SessionPage(
                infos,
                isLast ? Optional.empty() : encode(AFTER, oldest),
                isFirst ? Optional.empty() : encode(BEFORE, newest));
    }

    private List<DirectoryState.Line> candidates(DirectoryState state, long start, int wanted) {
        NavigableMap<Long, DirectoryState.Line> lines = state.byNumber();
        Collection<DirectoryState.Line> inOrder = backwards
                ? lines.tailMap(start, false).values()
                : lines.headMap(start, false).descendingMap().values();
        List<DirectoryState.Line> candidates = new ArrayList<>();
        for (DirectoryState.Line line : inOrder) {
            if (candidates.size() >= wanted) {
                break;
            }
            if (admits(state, line)) {
                candidates.add(line);
            }
        }
        return candidates;
    }

    private boolean admits(DirectoryState state, DirectoryState.Line line) {
        SessionRecord record = line.record();
        if (!query.archived().admits(record.archived()) || !query.scratch().admits(record.scratch())) {
            return false;
        }
        if (query.rootsOnly() && state.parent(record).isPresent()) {
            return false;
        }
        if (query.creator().isPresent() && !query.creator().equals(record.creator())) {
            return false;
        }
        if (text.isPresent() && !holds(record, text.get())) {
            return false;
        }
        return query.filter().test(state.info(line));
    }

    private static boolean holds(SessionRecord record, String sought) {
        return record.label().toLowerCase(Locale.ROOT).contains(sought)
                || record.id().toLowerCase(Locale.ROOT).contains(sought)
                || String.valueOf(record.metadata().getOrDefault("title", ""))
                        .toLowerCase(Locale.ROOT)
                        .contains(sought);
    }
}
