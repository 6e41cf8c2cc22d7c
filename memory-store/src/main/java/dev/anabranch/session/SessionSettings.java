package dev.anabranch.session;

import java.util.Map;
import java.util.Optional;

/**
 * How a session is run. A branch inherits {@code model}, {@code project} and {@code mcpDisabled}; everything else stays
 * with the session it was set on.
 *
 * @param worktreeBranch the version-control branch of the session's work tree
 * @param sandbox settings of the session's sandbox, as JSON values
 * @param channelBinding the channel that the session answers on
 * @param others settings this version does not know, as JSON values (strings, numbers, booleans, lists, maps)
 */
public record SessionSettings(
        Optional<String> model,
        Optional<String> project,
        boolean mcpDisabled,
        Optional<String> worktreeBranch,
        Map<String, Object> sandbox,
        Optional<String> channelBinding,
        Map<String, Object> others) {

    /** No setting at all. */
    public static final SessionSettings NONE = new SessionSettings(
            Optional.empty(), Optional.empty(), false, Optional.empty(), Map.of(), Optional.empty(), Map.of());

    public SessionSettings {
        sandbox = Map.copyOf(sandbox);
        others = Map.copyOf(others);
    }

    /** The part of these settings that a branch starts with. */
    public SessionSettings inherited() {
        return new SessionSettings(model, project, mcpDisabled, Optional.empty(), Map.of(), Optional.empty(), Map.of());
    }

    public SessionSettings withModel(String model) {
        return new SessionSettings(
                Optional.of(model), project, mcpDisabled, worktreeBranch, sandbox, channelBinding, others);
    }

    public SessionSettings withProject(String project) {
        return new SessionSettings(
                model, Optional.of(project), mcpDisabled, worktreeBranch, sandbox, channelBinding, others);
    }

    public SessionSettings withMcpDisabled(boolean mcpDisabled) {
        return new SessionSettings(model, project, mcpDisabled, worktreeBranch, sandbox, channelBinding, others);
    }

    public SessionSettings withWorktreeBranch(String worktreeBranch) {
        return new SessionSettings(
                model, project, mcpDisabled, Optional.of(worktreeBranch), sandbox, channelBinding, others);
    }

    public SessionSettings withSandbox(Map<String, Object> sandbox) {
        return new SessionSettings(model, project, mcpDisabled, worktreeBranch, sandbox, channelBinding, others);
    }

    public SessionSettings withChannelBinding(String channelBinding) {
        return new SessionSettings(
                model, project, mcpDisabled, worktreeBranch, sandbox, Optional.of(channelBinding), others);
    }

    public SessionSettings withOthers(Map<String, Object> others) {
        return new SessionSettings(model, project, mcpDisabled, worktreeBranch, sandbox, channelBinding, others);
    }
}
