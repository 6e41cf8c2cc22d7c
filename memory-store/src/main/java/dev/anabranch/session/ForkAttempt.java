package dev.anabranch.session;

import java.time.Instant;
import java.util.List;

/** A fork that is about to be made, and the directory at that moment. */
public interface ForkAttempt {

    /** The session that is forked. */
    SessionInfo parent();

    /** The parent's ancestors, nearest first; its size is the parent's depth. */
    List<SessionInfo> ancestors();

    /** The parent's live branches, oldest first. */
    List<SessionInfo> siblings();

    /** Every live session of the parent's tree, the root and the parent among them, oldest first. */
    List<SessionInfo> tree();

    /** The live branches of a session, oldest first. */
    List<SessionInfo> children(String id);

    /**
     * When each branch of the parent's tree was made within the last ten minutes, oldest first; those since deleted are
     * among them.
     */
    List<Instant> recentForks();

    /** How many branches are to be made together. */
    int count();

    /** The time by the caller's clock. */
    Instant now();
}
