package dev.anabranch.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchOutcome;
import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.branch.FanOut;
import dev.anabranch.branch.FanOutResult;
import dev.anabranch.branch.Scratch;
import dev.anabranch.forward.BringForward;
import dev.anabranch.forward.BringForward.Summarizer;
import dev.anabranch.forward.Brought;
import dev.anabranch.forward.NothingToBringForwardException;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Branch;
import dev.anabranch.session.BranchPoint;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The tools that make branches, work in them, and bring their results home. */
final class BranchingTools {

    static final String CREATOR = "agent";

    private final BoundedBranching branching;
    private final Branches branches;
    private final Optional<BranchAgent> agent;
    private final Optional<Summarizer> summarizer;

    BranchingTools(BoundedBranching branching, Optional<BranchAgent> agent, Optional<Summarizer> summarizer) {
        this.branching = branching;
        this.branches = new Branches(branching.sessions());
        this.agent = agent;
        this.summarizer = summarizer;
    }

    ObjectNode branch(ToolCall call) {
        requireSession(call);
        ForkOptions options = ForkOptions.at(point(call))
                .withCreator(CREATOR)
                .withIdempotencyKey(call.key().get());
        options = call.arguments().label("label").map(options::withLabel).orElse(options);
        Branch branch = branching.fork(call.session(), options);
        BranchPoint point = branch.info()
                .forkPoint()
                .orElseThrow(() -> new AssertionError("branch '" + branch.id() + "' has no fork point"));
        ObjectNode reply = Replies.session(branch.info())
                .put("id", branch.id())
                .put("forkPoint", point.messageCount())
                .put("messageCount", point.messageCount());
        if (point.snappedBack()) {
            reply.put("note", "begins before the message whose tool calls are still being carried out");
        }
        return reply;
    }

    private ForkPoint point(ToolCall call) {
        int count = call.session().history(0, 1).messageCount();
        OptionalInt last = call.arguments().number("at_message");
        OptionalInt first = call.arguments().number("fork_point");
        if (last.isPresent()) {
            if (last.getAsInt() < 0 || last.getAsInt() >= count) {
                throw ToolRefusal.argument("at_message " + last.getAsInt() + " exceeds message count " + count
                        + ": messages are numbered 0 to " + (count - 1)
                        + ". Leave at_message out to include everything so far.");
            }
            if (first.isPresent() && first.getAsInt() != last.getAsInt() + 1) {
                throw ToolRefusal.argument("at_message and fork_point contradict each other. Send at_message alone.");
            }
            return ForkPoint.atIndex(last.getAsInt() + 1);
        }
        if (first.isPresent()) {
            if (first.getAsInt() < 0 || first.getAsInt() > count) {
                throw ToolRefusal.argument("fork_point " + first.getAsInt() + " exceeds message count " + count + ".");
            }
            return ForkPoint.atIndex(first.getAsInt());
        }
        return ForkPoint.now();
    }

    ObjectNode run(ToolCall call) {
        requireSession(call);
        List<ToolArguments.Task> tasks = call.arguments().tasks();
        FanOut.Builder fanOut = FanOut.builder(branching, call.session())
                .id(call.key().get())
                .creator(CREATOR)
                .agent(requireAgent("run_branches"));
        tasks.forEach(task -> fanOut.branch(task.label(), task.task()));
        FanOutResult result = fanOut.build().run();
        ObjectNode reply = Replies.object();
        reply.put("finished", result.finished().size()).put("of", tasks.size());
        ArrayNode outcomes = reply.putArray("branches");
        result.outcomes().forEach(outcome -> outcomes.add(outcome(outcome)));
        return reply;
    }

    private static ObjectNode outcome(BranchOutcome outcome) {
        ObjectNode node = Replies.object().put("label", outcome.label());
        outcome.session().ifPresent(id -> node.put("sessionKey", Branches.key(id)));
        node.put("outcome", outcome.word());
        if (outcome instanceof Finished finished) {
            return node.put("answer", finished.answer());
        }
        if (outcome instanceof Failed failed) {
            return node.put("reason", failed.reason());
        }
        if (outcome instanceof TimedOut timedOut) {
            return node.put("reason", "no answer within " + timedOut.after().toMillis() + " ms");
        }
        if (outcome instanceof Cancelled cancelled) {
            return node.put("reason", cancelled.reason());
        }
        if (outcome instanceof Refused refused) {
            return node.put("limit", refused.refusal().limit().word())
                    .put("reason", "Limit reached: " + refused.refusal().reason());
        }
        throw new AssertionError("no JSON for " + outcome);
    }

    ObjectNode ask(ToolCall call) {
        requireSession(call);
        String question = call.arguments().requiredText("question");
        BranchAgent asked = requireAgent("ask_in_scratch");
        try (Scratch scratch =
                Scratch.of(branching, call.session()).agent(asked).open()) {
            Scratch.Reply reply = scratch.ask(question);
            ObjectNode node = reply.answer()
                    .map(answer -> Replies.object().put("answer", answer))
                    .orElseGet(() -> outcome(reply.outcome()).without(List.of("sessionKey", "label")));
            return node.put("sessionUnchanged", reply.parentUnchanged())
                    .put("sessionTail", reply.parentAfter().token());
        }
    }

    ObjectNode bringForward(ToolCall call) {
        AgentSession branch = branches.find(call.session(), call.arguments().requiredText("session"));
        String word = call.arguments().text("mode").orElse("answer");
        BringForward.Mode mode = BringForward.Mode.ofWord(word)
                .orElseThrow(() -> ToolRefusal.argument(
                        "there is no mode '" + word + "': use 'answer', 'summary' or 'messages'."));
        BringForward bringing = mode == BringForward.Mode.SUMMARY && summarizer.isPresent()
                ? BringForward.summary(branch, summarizer.get())
                : BringForward.of(branch, mode);
        try {
            Brought brought = bringing.into(call.session());
            ObjectNode reply = Replies.object().put("repeated", brought.repeated());
            ObjectNode receipt = reply.putObject("receipt");
            brought.receipt().toMap().forEach(receipt::putPOJO);
            return reply.put("message", brought.message().id())
                    .put("note", "the result stands in this conversation as a marked message");
        } catch (NothingToBringForwardException nothing) {
            throw new ToolRefusal(
                    "nothing_to_bring",
                    nothing.getMessage() + ". Read it with read_branch, or let work be done in it first.");
        }
    }

    private void requireSession(ToolCall call) {
        if (!call.session().exists()) {
            throw Branches.noSession(call.session());
        }
    }

    private BranchAgent requireAgent(String tool) {
        return agent.orElseThrow(() -> new ToolRefusal(
                "not_available",
                tool + " is not available here, because no agent was set up to work in branches. Do the work yourself,"
                        + " or use branch_session."));
    }
}
