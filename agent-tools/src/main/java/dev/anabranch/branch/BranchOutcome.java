package dev.anabranch.branch;

import dev.anabranch.session.Usage;
import java.time.Duration;
import java.util.Optional;

/** What became of one branch of a fan-out. All but {@link Refused} leave a readable session. */
public sealed interface BranchOutcome {

    /** The branch's place among the fan-out's tasks, from 0. */
    int index();

    String label();

    /** The branch's session; empty if it was never made. */
    Optional<String> session();

    /** In one word, as it stands in JSON. */
    String word();

    /**
     * The agent answered.
     *
     * @param took how long it worked; zero if {@code resumed} from a run whose time is not known
     * @param resumed whether an earlier run of the same fan-out had finished it
     */
    record Finished(
            int index,
            String label,
            String sessionId,
            String answer,
            Optional<Usage> usage,
            Duration took,
            boolean resumed)
            implements BranchOutcome {
        @Override
        public Optional<String> session() {
            return Optional.of(sessionId);
        }

        @Override
        public String word() {
            return "finished";
        }
    }

    /** The agent threw. */
    record Failed(int index, String label, String sessionId, String reason) implements BranchOutcome {
        @Override
        public Optional<String> session() {
            return Optional.of(sessionId);
        }

        @Override
        public String word() {
            return "failed";
        }
    }

    /** The agent had not answered in time. What it still does is not waited for. */
    record TimedOut(int index, String label, String sessionId, Duration after) implements BranchOutcome {
        @Override
        public Optional<String> session() {
            return Optional.of(sessionId);
        }

        @Override
        public String word() {
            return "timed_out";
        }
    }

    /** The branch was no longer needed, or the fan-out was cancelled. */
    record Cancelled(int index, String label, String sessionId, String reason) implements BranchOutcome {
        @Override
        public Optional<String> session() {
            return Optional.of(sessionId);
        }

        @Override
        public String word() {
            return "cancelled";
        }
    }

    /** A limit stood in the way: of making the branch, or of working on it. */
    record Refused(int index, String label, Optional<String> session, Refusal refusal) implements BranchOutcome {
        @Override
        public String word() {
            return "refused";
        }
    }
}
