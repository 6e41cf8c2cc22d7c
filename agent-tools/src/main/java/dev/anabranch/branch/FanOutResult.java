package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Finished;
import java.util.List;
import java.util.Optional;

/**
 * What became of a fan-out.
 *
 * @param outcomes one for each task, in the tasks' order
 * @param satisfied whether the join had what it needed
 * @param verdict the judge's ranking; empty without a judge, without an answer, or if the judge failed
 * @param judgeProblem why the judge reached no verdict
 */
public record FanOutResult(
        String id,
        List<BranchOutcome> outcomes,
        boolean satisfied,
        Optional<Judge.Verdict> verdict,
        Optional<String> judgeProblem) {

    public FanOutResult {
        outcomes = List.copyOf(outcomes);
    }

    /** The branches that finished, in the tasks' order. */
    public List<Finished> finished() {
        return outcomes.stream()
                .filter(Finished.class::isInstance)
                .map(Finished.class::cast)
                .toList();
    }

    /** The branch that the judge ranked first; without a verdict the first that finished. */
    public Optional<Finished> best() {
        int best = verdict.filter(reached -> !reached.ranking().isEmpty())
                .map(reached -> reached.ranking().get(0))
                .orElse(-1);
        return finished().stream()
                .filter(candidate -> best < 0 || candidate.index() == best)
                .findFirst();
    }
}
