package dev.anabranch.session;

import dev.anabranch.entry.ToolCall;
import dev.anabranch.session.HistoryMessage.Position;
import java.util.List;
import java.util.Optional;

/**
 * A fork point, resolved.
 *
 * @param entries how many entries the branch shares
 * @param count how many messages it inherits, system messages not counted
 * @param after the last message it inherits
 * @param before the first message it does not inherit; empty if that is not known yet
 * @param open the tool calls that are open there
 * @param snappedBack whether open tool calls moved it
 * @param answered open tool calls that the branch answers itself
 */
record ForkCut(
        Position position,
        long entries,
        int count,
        Optional<String> after,
        Optional<String> before,
        Optional<ToolGroup> open,
        boolean snappedBack,
        List<ToolCall> answered) {

    static ForkCut atEnd(SessionState state, Optional<ToolGroup> open) {
        HistoryCursor cursor = state.cursor();
        return new ForkCut(
                new Position(state.tail(), 0),
                cursor.entries(),
                cursor.messages(),
                cursor.lastMessageId(),
                Optional.empty(),
                open,
                false,
                List.of());
    }

    static ForkCut after(String id, HistoryCursor.Passed passed) {
        return new ForkCut(
                passed.place().after(),
                passed.entry() + 1,
                passed.countAfter(),
                Optional.of(id),
                Optional.empty(),
                passed.openCalls(),
                false,
                List.of());
    }

    static ForkCut before(String id, HistoryCursor.Passed passed) {
        return new ForkCut(
                passed.place().before(),
                passed.entriesBefore(),
                passed.countBefore(),
                passed.previousId(),
                Optional.of(id),
                passed.openBefore(),
                false,
                List.of());
    }

    /** Where another branch began. What that one said of open tool calls is part of what it holds. */
    static ForkCut again(BranchPoint point) {
        return new ForkCut(
                new Position(point.offset(), point.subOffset()),
                0,
                point.messageCount(),
                point.afterMessageId(),
                point.beforeMessageId(),
                Optional.empty(),
                point.snappedBack(),
                List.of());
    }

    /** What becomes of it when tool calls are open there. */
    ForkCut under(OpenToolCalls policy) {
        if (open.isEmpty()) {
            return this;
        }
        ToolGroup group = open.get();
        if (policy == OpenToolCalls.REFUSE) {
            throw new OpenToolCallsException(
                    group.open().stream().map(ToolCall::id).toList());
        }
        if (policy == OpenToolCalls.ANSWER) {
            return new ForkCut(position, entries, count, after, before, open, false, group.open());
        }
        return new ForkCut(
                group.before(),
                group.entriesBefore(),
                group.countBefore(),
                group.previousId(),
                Optional.of(group.messageId()),
                Optional.empty(),
                true,
                List.of());
    }

    ForkCut withBefore(String id) {
        return new ForkCut(position, entries, count, after, Optional.of(id), open, snappedBack, answered);
    }

    BranchPoint toBranchPoint() {
        return new BranchPoint(
                count,
                after,
                before,
                position.offset(),
                position.subOffset(),
                snappedBack,
                answered.stream().map(ToolCall::id).toList());
    }
}
