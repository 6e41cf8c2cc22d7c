package dev.anabranch.compare;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far two sessions are the same.
 *
 * <p>A branch shares its source's entries up to one place and none after it, and message ids are unique: so the
 * messages that two sessions share are a prefix of both, and one probe tells on which side of its end an index lies.
 * Where the fork points name the end, two probes confirm it; otherwise it is found by halving.
 */
public final class CommonPrefix {

    private CommonPrefix() {}

    /** How many messages, the system message excluded, the two sessions have in common from their beginning on. */
    public static int length(AgentSession left, AgentSession right) {
        int max =
                Math.min(left.history(0, 1).messageCount(), right.history(0, 1).messageCount());
        for (int guess : guesses(left.info(), right.info(), max)) {
            if (guess <= max && isEnd(left, right, guess, max)) {
                return guess;
            }
        }
        int low = 0;
        int high = max;
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (isShared(left, right, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The message of this index, if the session is as long as that. */
    public static Optional<HistoryMessage> messageAt(AgentSession session, int index) {
        return session.history(index, 1).messages().stream()
                .filter(message -> message.index().orElse(-1) == index)
                .findFirst();
    }

    private static int[] guesses(SessionInfo left, SessionInfo right, int max) {
        Stream<BranchPoint> points =
                Stream.of(left, right).map(SessionInfo::forkPoint).flatMap(Optional::stream);
        return points.mapToInt(BranchPoint::messageCount)
                .map(count -> Math.min(count, max))
                .sorted()
                .distinct()
                .toArray();
    }

    private static boolean isEnd(AgentSession left, AgentSession right, int length, int max) {
        return (length == 0 || isShared(left, right, length - 1)) && (length == max || !isShared(left, right, length));
    }

    private static boolean isShared(AgentSession left, AgentSession right, int index) {
        Optional<String> leftId = messageAt(left, index).map(HistoryMessage::id);
        return leftId.isPresent() && leftId.equals(messageAt(right, index).map(HistoryMessage::id));
    }
}
