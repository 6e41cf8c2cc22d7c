package dev.anabranch.session;

import dev.anabranch.stream.Offset;
import java.util.List;
import java.util.Optional;

/**
 * Where a branch began, as resolved when it was made.
 *
 * @param messageCount how many messages it inherited, system messages not counted: the index at which its own begin
 * @param afterMessageId the last message of the parent that the branch has; empty if it has none
 * @param beforeMessageId the first message of the parent that the branch does not have; empty if it had all there were
 * @param offset the exclusive offset in the parent's stream
 * @param subOffset how many entries past {@code offset} are shared as well
 * @param snappedBack whether open tool calls moved the point to before their {@code AiMessage}
 * @param answeredToolCalls the ids of the open tool calls that got a result saying they did not run in the branch
 */
public record BranchPoint(
        int messageCount,
        Optional<String> afterMessageId,
        Optional<String> beforeMessageId,
        Offset offset,
        long subOffset,
        boolean snappedBack,
        List<String> answeredToolCalls) {

    public BranchPoint {
        answeredToolCalls = List.copyOf(answeredToolCalls);
    }
}
