package dev.anabranch.session;

import java.time.Instant;
import java.util.Optional;

/**
 * A session with what its messages say of it. Costs one look at the session's stream, and one reading of it when this
 * process does not know the session yet.
 *
 * @param messageCount messages of the full history, system messages not counted
 * @param ownMessageCount those of them that were written to this session itself and not inherited
 * @param windowCount messages that the model sees now
 * @param updatedAt when the last message joined, or the session was made
 * @param lastMessagePreview the beginning of the last message's text, at most 200 characters; empty if there is none
 */
public record SessionSummary(
        SessionInfo info,
        int messageCount,
        int ownMessageCount,
        int windowCount,
        Instant updatedAt,
        String lastMessagePreview) {

    /**
     * How many messages a branch inherited, also where nothing but the protocol made it; empty for what is no branch.
     */
    public Optional<Integer> inheritedCount() {
        if (!info.isBranch()) {
            return Optional.empty();
        }
        return info.forkPoint().map(BranchPoint::messageCount).or(() -> Optional.of(messageCount - ownMessageCount));
    }

    /** Whether a branch has nothing but what it inherited. */
    public boolean isUnmodified() {
        return info.isBranch() && ownMessageCount == 0;
    }
}
