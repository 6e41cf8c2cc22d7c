package dev.anabranch.branch;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.langchain4j.model.chat.ChatModel;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Ranks what the branches of a fan-out answered. */
@FunctionalInterface
public interface Judge {

    /**
     * Ranks the branches that finished, of which there is at least one.
     *
     * @throws Exception if no verdict could be reached; the fan-out's result says so
     */
    Verdict rank(List<Finished> finished) throws Exception;

    /** The highest score first; of equal ones the earlier branch. */
    static Judge scoring(ToDoubleFunction<Finished> score) {
        return finished -> new Verdict(
                finished.stream()
                        .sorted(Comparator.comparingDouble(score).reversed())
                        .map(Finished::index)
                        .toList(),
                "by score");
    }

    /**
     * A model, which sees every answer and is told what counts. Sees no session and leaves nothing in one.
     *
     * @param criteria such as {@code "correct first, then short"}
     */
    static Judge model(ChatModel model, String criteria) {
        return new ModelJudge(model, criteria);
    }

    /**
     * A ranking.
     *
     * @param ranking the indices of branches, the best first
     */
    record Verdict(List<Integer> ranking, String reason) {
        public Verdict {
            ranking = List.copyOf(ranking);
        }
    }
}
