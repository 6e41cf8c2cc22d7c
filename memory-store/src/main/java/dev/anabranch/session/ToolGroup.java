package dev.anabranch.session;

import dev.anabranch.entry.ToolCall;
import dev.anabranch.session.HistoryMessage.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message that asked for tool calls, while not all of them are answered.
 *
 * @param before just before that message
 * @param entriesBefore how many entries lie before that place
 * @param countBefore how many messages lie before it, system messages not counted
 * @param previousId the message before it
 * @param open the calls that are not answered yet
 */
record ToolGroup(
        String messageId,
        Position before,
        long entriesBefore,
        int countBefore,
        Optional<String> previousId,
        List<ToolCall> open) {

    /** Without the call that {@code answer} answers; empty once all are answered. */
    Optional<ToolGroup> answered(ToolCall answer) {
        List<ToolCall> left = new ArrayList<>(open);
        for (ToolCall call : open) {
            if (call.isAnsweredBy(answer)) {
                left.remove(call);
                break;
            }
        }
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(new ToolGroup(messageId, before, entriesBefore, countBefore, previousId, left));
    }
}
