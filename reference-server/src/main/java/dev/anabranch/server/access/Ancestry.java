package dev.anabranch.server.access;

import java.util.Optional;

/** Tells of which session a session is a branch, from the sessions' own records. */
@FunctionalInterface
public interface Ancestry {

    /** The parent; empty for a root, and for a session that does not exist. */
    Optional<String> parentOf(String sessionId);
}
