package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Branch;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.AiMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sessions of a fan-out's branches. A branch knows by its metadata which fan-out and which task it belongs to, so
 * that the directory alone tells what an earlier run has made.
 */
final class FanOutBranches {

    private static final String FAN_OUT = "fanOut";
    private static final String INDEX = "fanOutIndex";
    private static final String ATTEMPT = "fanOutAttempt";

    private final FanOut fanOut;

    FanOutBranches(FanOut fanOut) {
        this.fanOut = fanOut;
    }

    /** What an earlier run has made: by task, the latest attempt. */
    Map<Integer, SessionInfo> existing() {
        Map<Integer, SessionInfo> found = new TreeMap<>();
        if (!fanOut.resumable) {
            return found;
        }
        for (SessionInfo child : fanOut.parent.children()) {
            if (fanOut.id.equals(child.metadata().get(FAN_OUT))
                    && child.metadata().get(INDEX) instanceof Number index) {
                found.merge(index.intValue(), child, (a, b) -> attempt(a) >= attempt(b) ? a : b);
            }
        }
        return found;
    }

    /** Makes what is missing, all of it or nothing, and answers the sessions by task. */
    List<String> make(Map<Integer, SessionInfo> existing) {
        ForkPoint point = existing.isEmpty()
                ? pinned(fanOut.parent.resolve(fanOut.point, fanOut.openToolCalls))
                : existing.values()
                        .iterator()
                        .next()
                        .forkPoint()
                        .map(FanOutBranches::pinned)
                        .orElse(fanOut.point);
        List<ForkOptions> missing = new ArrayList<>();
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            if (!existing.containsKey(i)) {
                missing.add(options(i, 1, point));
            }
        }
        List<Branch> made = missing.isEmpty() ? List.of() : fanOut.branching.forkAll(fanOut.parent, missing);
        List<String> sessions = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < fanOut.tasks.size(); i++) {
            SessionInfo earlier = existing.get(i);
            sessions.add(earlier != null ? earlier.id() : made.get(next++).id());
        }
        return sessions;
    }

    /** Another branch for a task whose branch was left half-way, from the same point. */
    AgentSession fresh(int index, SessionInfo halfDone) {
        ForkPoint point = halfDone.forkPoint().map(FanOutBranches::pinned).orElse(fanOut.point);
        return fanOut.branching
                .fork(fanOut.parent, options(index, attempt(halfDone) + 1, point))
                .session();
    }

    /** What a branch says for itself about the work on its task. */
    sealed interface Progress {
        /** Nothing was written to it. */
        record Untouched() implements Progress {}

        /** It ends in an answer. */
        record Answered(String text) implements Progress {}

        /** Work began and did not end. */
        record HalfDone() implements Progress {}
    }

    Progress progressOf(AgentSession branch, SessionInfo info) {
        int inherited = info.forkPoint().map(BranchPoint::messageCount).orElse(0);
        HistoryPage latest = branch.latest(1);
        if (latest.messageCount() <= inherited) {
            return new Progress.Untouched();
        }
        Optional<HistoryMessage> last = latest.messages().stream()
                .filter(message -> message.index().isPresent())
                .reduce((first, second) -> second);
        if (last.isPresent()
                && last.get().message().orElse(null) instanceof AiMessage ai
                && !ai.hasToolExecutionRequests()) {
            return new Progress.Answered(last.get().text());
        }
        return new Progress.HalfDone();
    }

    private ForkOptions options(int index, int attempt, ForkPoint point) {
        BranchTask task = fanOut.tasks.get(index);
        Map<String, Object> metadata = new HashMap<>();
        metadata.put(FAN_OUT, fanOut.id);
        metadata.put(INDEX, index);
        metadata.put(ATTEMPT, attempt);
        ForkOptions options = ForkOptions.at(point)
                .withLabel(task.label())
                .withOpenToolCalls(fanOut.openToolCalls)
                .withMetadata(metadata)
                .withIdempotencyKey(Keys.of("fanout", fanOut.id, "branch-" + index, "attempt-" + attempt));
        options = fanOut.creator.map(options::withCreator).orElse(options);
        return task.settings().map(options::withSettings).orElse(options);
    }

    private static int attempt(SessionInfo branch) {
        return branch.metadata().get(ATTEMPT) instanceof Number attempt ? attempt.intValue() : 1;
    }

    /** The same place, however the parent grows. */
    private static ForkPoint pinned(BranchPoint point) {
        return point.afterMessageId().map(ForkPoint::after).orElse(ForkPoint.atIndex(0));
    }
}
