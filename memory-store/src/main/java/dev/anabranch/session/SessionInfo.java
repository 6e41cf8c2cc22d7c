package dev.anabranch.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a session is, without its messages: its line in the directory.
 *
 * @param label a name for people
 * @param parent the session it was forked from; empty for a root, and once the parent has been deleted
 * @param root the session its tree begins with; itself for a root
 * @param forkedFrom the session it was forked from, whether that still lives or not
 * @param forkPoint where in {@code forkedFrom} it began
 * @param creator who made it; empty if nobody was named
 * @param scratch whether it is meant to be thrown away
 * @param ttl how long it lives untouched; empty for ever
 * @param metadata what applications keep with a session, as JSON values (strings, numbers, booleans, lists, maps)
 * @param updatedAt when this line last changed. Messages do not change it: see {@link SessionSummary}
 * @param generation how many earlier sessions had the same id and were deleted while branches still read them
 */
public record SessionInfo(
        String id,
        String label,
        Optional<String> parent,
        String root,
        Optional<String> forkedFrom,
        Optional<BranchPoint> forkPoint,
        Optional<String> creator,
        Instant createdAt,
        Instant updatedAt,
        boolean archived,
        boolean scratch,
        Optional<Duration> ttl,
        SessionSettings settings,
        Map<String, Object> metadata,
        int generation) {

    public SessionInfo {
        metadata = Map.copyOf(metadata);
    }

    /** Whether it was forked from another session. */
    public boolean isBranch() {
        return forkedFrom.isPresent();
    }
}
