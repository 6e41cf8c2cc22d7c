package dev.anabranch.branch;

import dev.anabranch.session.SessionSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * One branch of a fan-out.
 *
 * @param label the branch's name
 * @param task the first message that the branch gets
 * @param agent who works on it; empty for the fan-out's agent
 * @param timeout how long it may work; empty for what the limits say
 * @param settings replaces what the branch would inherit
 */
public record BranchTask(
        String label,
        String task,
        Optional<BranchAgent> agent,
        Optional<Duration> timeout,
        Optional<SessionSettings> settings) {

    public BranchTask {
        if (label.isBlank()) {
            throw new IllegalArgumentException("label is blank");
        }
        if (task.isBlank()) {
            throw new IllegalArgumentException("task is blank");
        }
    }

    public static BranchTask of(String label, String task) {
        return new BranchTask(label, task, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public BranchTask withAgent(BranchAgent agent) {
        return new BranchTask(label, task, Optional.of(agent), timeout, settings);
    }

    public BranchTask withTimeout(Duration timeout) {
        return new BranchTask(label, task, agent, Optional.of(timeout), settings);
    }

    public BranchTask withSettings(SessionSettings settings) {
        return new BranchTask(label, task, agent, timeout, Optional.of(settings));
    }
}
