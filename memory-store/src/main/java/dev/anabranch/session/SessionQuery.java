package dev.anabranch.session;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which sessions to list.
 *
 * @param rootsOnly leaves branches out
 * @param text only sessions whose label, id or metadata title holds this, in any case
 * @param creator only sessions of this creator
 * @param filter only sessions that pass this as well, such as those that a user may see; must not block
 * @param cursor {@link SessionPage#afterCursor} or {@link SessionPage#beforeCursor} of an earlier page
 * @param limit how many at most, 1 to 1000
 */
public record SessionQuery(
        boolean rootsOnly,
        Choice archived,
        Choice scratch,
        Optional<String> text,
        Optional<String> creator,
        Predicate<SessionInfo> filter,
        Optional<String> cursor,
        int limit) {

    /** Everything but archived sessions and scratches, 50 at a time. */
    public static final SessionQuery DEFAULTS = new SessionQuery(
            false,
            Choice.EXCLUDE,
            Choice.EXCLUDE,
            Optional.empty(),
            Optional.empty(),
            session -> true,
            Optional.empty(),
            50);

    /** Whether sessions of a kind are listed. */
    public enum Choice {
        EXCLUDE,
        INCLUDE,
        ONLY;

        boolean admits(boolean isOne) {
            return this == INCLUDE || (this == ONLY) == isOne;
        }
    }

    public SessionQuery {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is not from 1 to 1000: " + limit);
        }
    }

    public SessionQuery withRootsOnly(boolean rootsOnly) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, cursor, limit);
    }

    public SessionQuery withArchived(Choice archived) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, cursor, limit);
    }

    public SessionQuery withScratch(Choice scratch) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, cursor, limit);
    }

    public SessionQuery withText(String text) {
        return new SessionQuery(rootsOnly, archived, scratch, Optional.of(text), creator, filter, cursor, limit);
    }

    public SessionQuery withCreator(String creator) {
        return new SessionQuery(rootsOnly, archived, scratch, text, Optional.of(creator), filter, cursor, limit);
    }

    public SessionQuery withFilter(Predicate<SessionInfo> filter) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, cursor, limit);
    }

    public SessionQuery withCursor(String cursor) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, Optional.of(cursor), limit);
    }

    public SessionQuery withLimit(int limit) {
        return new SessionQuery(rootsOnly, archived, scratch, text, creator, filter, cursor, limit);
    }
}
