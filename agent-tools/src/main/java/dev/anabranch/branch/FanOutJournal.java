package dev.anabranch.branch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a session's stream records of one fan-out: its branches, the outcome of each, and its end. */
final class FanOutJournal {

    private final AgentSession session;
    private final String id;

    FanOutJournal(AgentSession session, String id) {
        this.session = session;
        this.id = id;
    }

    /**
     * What was recorded so far.
     *
     * @param outcomes by index
     * @param end what was recorded when the fan-out was complete
     */
    record Recorded(Map<Integer, BranchOutcome> outcomes, Optional<End> end) {}

    /** How a fan-out ended. */
    record End(boolean satisfied, Optional<Judge.Verdict> verdict, Optional<String> judgeProblem) {}

    /** Reads the whole session. */
    Recorded read() {
        Map<Integer, BranchOutcome> outcomes = new TreeMap<>();
        Optional<End> end = Optional.empty();
        for (TypedEntry entry : session.entries(FanOut.ENTRY_TYPE)) {
            if (entry.key().equals(id) && entry.value().path("state").asText().equals("done")) {
                end = Optional.of(end(entry.value()));
            } else if (entry.key().startsWith(id + "/")) {
                outcome(entry.value()).ifPresent(outcome -> outcomes.put(outcome.index(), outcome));
            }
        }
        return new Recorded(outcomes, end);
    }

    void began(FanOut fanOut, List<String> sessions) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.put("state", "running").put("join", fanOut.join.word());
        ArrayNode branches = value.putArray("branches");
        for (int i = 0; i < sessions.size(); i++) {
            branches.addObject()
                    .put("label", fanOut.tasks.get(i).label())
                    .put("task", fanOut.tasks.get(i).task())
                    .put("session", sessions.get(i));
        }
        write(id, value, "began");
    }

    void ended(BranchOutcome outcome) {
        write(id + "/" + outcome.index(), json(outcome), "outcome-" + outcome.index());
    }

    void done(End end) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.put("state", "done").put("satisfied", end.satisfied());
        end.verdict().ifPresent(verdict -> {
            ArrayNode ranking = value.putArray("ranking");
            verdict.ranking().forEach(ranking::add);
            value.put("reason", verdict.reason());
        });
        end.judgeProblem().ifPresent(problem -> value.put("judgeProblem", problem));
        write(id, value, "done");
    }

    private void write(String key, ObjectNode value, String step) {
        session.append(SessionAppend.entry(TypedEntry.of(FanOut.ENTRY_TYPE, key, value))
                .withIdempotencyKey(Keys.of("fanout", id, step)));
    }

    /** An outcome as JSON; what the model and the stream see of it. */
    static ObjectNode json(BranchOutcome outcome) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.put("index", outcome.index()).put("label", outcome.label());
        outcome.session().ifPresent(session -> value.put("session", session));
        value.put("outcome", outcome.word());
        if (outcome instanceof Finished finished) {
            value.put("answer", finished.answer());
            finished.usage().ifPresent(usage -> value.put("tokens", usage.totalTokens()));
            value.put("millis", finished.took().toMillis());
        } else if (outcome instanceof Failed failed) {
            value.put("reason", failed.reason());
        } else if (outcome instanceof TimedOut timedOut) {
            value.put("millis", timedOut.after().toMillis());
        } else if (outcome instanceof Cancelled cancelled) {
            value.put("reason", cancelled.reason());
        } else if (outcome instanceof Refused refused) {
            value.put("limit", refused.refusal().limit().word());
            value.put("reason", refused.refusal().reason());
        } else {
            throw new AssertionError("no JSON for " + outcome);
        }
        return value;
    }

    /** Reads what {@link #json} wrote; empty for an outcome that this version does not know. */
    private static Optional<BranchOutcome> outcome(JsonNode value) {
        int index = value.path("index").asInt(-1);
        String label = value.path("label").asText();
        String session = value.path("session").asText();
        Duration millis = Duration.ofMillis(value.path("millis").asLong());
        String reason = value.path("reason").asText();
        return switch (value.path("outcome").asText()) {
            case "finished" ->
                Optional.of(new Finished(
                        index,
                        label,
                        session,
                        value.path("answer").asText(),
                        value.has("tokens")
                                ? Optional.of(Usage.ofTotal(value.path("tokens").asLong()))
                                : Optional.empty(),
                        millis,
                        true));
            case "failed" -> Optional.of(new Failed(index, label, session, reason));
            case "timed_out" -> Optional.of(new TimedOut(index, label, session, millis));
            case "cancelled" -> Optional.of(new Cancelled(index, label, session, reason));
            case "refused" ->
                Optional.of(new Refused(
                        index,
                        label,
                        Optional.of(session).filter(known -> !known.isEmpty()),
                        new Refusal(
                                Refusal.Limit.valueOf(
                                        value.path("limit").asText().toUpperCase(Locale.ROOT)),
                                reason)));
            default -> Optional.empty();
        };
    }

    private static End end(JsonNode value) {
        List<Integer> ranking = new ArrayList<>();
        value.path("ranking").forEach(index -> ranking.add(index.asInt()));
        return new End(
                value.path("satisfied").asBoolean(),
                ranking.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Judge.Verdict(ranking, value.path("reason").asText())),
                Optional.of(value.path("judgeProblem").asText()).filter(problem -> !problem.isEmpty()));
    }
}
