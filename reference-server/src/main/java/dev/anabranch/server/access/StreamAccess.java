package dev.anabranch.server.access;

import dev.anabranch.server.security.UserId;
import dev.anabranch.stream.StreamName;
import java.util.Optional;

/**
 * What a user may do with a stream, by the name of it. A session's stream is open to the members of its tree, each at
 * their level; streams in which the server keeps its own records are open to nobody; any other stream to everybody who
 * has the scope for it. Safe for use by many threads, and fast enough for every request.
 */
public final class StreamAccess {

    private static final String SESSIONS = "sessions/";
    private static final String GENERATIONS = "generations/";
    private static final String USAGE = "usage/";
    private static final String TURNS = "turns/";
    private static final StreamName DIRECTORY = new StreamName("directory");

    private final Memberships memberships;
    private final boolean everybodyMay;

    /**
     * Access by these memberships.
     *
     * @param singleUser whether there is only one user, who may do everything
     */
    public StreamAccess(Memberships memberships, boolean singleUser) {
        this.memberships = memberships;
        this.everybodyMay = singleUser;
    }

    /** Whether the user may read the stream. Does not say whether the stream exists. */
    public boolean mayRead(UserId user, StreamName name) {
        return level(user, name).isPresent();
    }

    /**
     * Whether the user may have any line appended to the stream. Not so where only the server writes, or where lines
     * are looked at one by one. Does not say whether the stream exists.
     */
    public boolean mayWrite(UserId user, StreamName name) {
        if (!everybodyMay && (isTurn(name) || isDirectory(name))) {
            return false;
        }
        return level(user, name)
                .filter(level -> level.includes(AccessLevel.WRITER))
                .isPresent();
    }

    /** What the user may do with the stream; empty for nothing. */
    public Optional<AccessLevel> level(UserId user, StreamName name) {
        if (InternalStreams.isInternal(name)) {
            return Optional.empty();
        }
        if (everybodyMay) {
            return Optional.of(AccessLevel.OWNER);
        }
        return sessionOf(name).map(session -> memberships.level(user, session)).orElse(Optional.of(AccessLevel.OWNER));
    }

    /** The session whose stream this is, or to which a stream of this name belongs; empty for any other stream. */
    public static Optional<String> sessionOf(StreamName name) {
        String value = name.value();
        if (value.startsWith(SESSIONS)) {
            return Optional.of(withoutAddition(value.substring(SESSIONS.length())));
        }
        if (value.startsWith(GENERATIONS)) {
            return Optional.of(value.substring(GENERATIONS.length()));
        }
        if (value.startsWith(USAGE)) {
            return Optional.of(withoutAddition(value.substring(USAGE.length())));
        }
        if (isTurn(name)) {
            String rest = value.substring(TURNS.length());
            int slash = rest.indexOf('/');
            return Optional.of(slash < 0 ? rest : rest.substring(0, slash));
        }
        return Optional.empty();
    }

    /** Whether the stream is a session's own, and not one that goes with it. */
    public static boolean isSession(StreamName name) {
        return name.value().startsWith(SESSIONS);
    }

    /** Whether the stream is a place that work on a tree takes for a while, and gives back by deleting it. */
    public static boolean isRunPlace(StreamName name) {
        return name.value().startsWith(USAGE) && name.value().contains("~run-");
    }

    /** Whether the stream lists the sessions of all users. */
    public static boolean isDirectory(StreamName name) {
        return name.equals(DIRECTORY);
    }

    /** Whether the stream holds the live part of an agent's turn, which only the server writes. */
    public static boolean isTurn(StreamName name) {
        return name.value().startsWith(TURNS);
    }

    /** No session's id has a tilde: what follows one tells streams apart that belong to one id. */
    private static String withoutAddition(String rest) {
        int tilde = rest.indexOf('~');
        return tilde < 0 ? rest : rest.substring(0, tilde);
    }
}
