package dev.anabranch.tools;

import dev.anabranch.branch.Answer;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.ModelAgent;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model with tools that, in turn, have it work in branches: so the tools come after it. */
final class ToolUsingAgent implements BranchAgent {

    private final AgentSessions sessions;
    private final ChatModel model;
    private volatile @Nullable ModelAgent equipped;

    ToolUsingAgent(AgentSessions sessions, ChatModel model) {
        this.sessions = sessions;
        this.model = model;
    }

    /** Gives the agent its tools. To be called once, before any work. */
    void equip(Map<ToolSpecification, ToolExecutor> tools) {
        equipped = ModelAgent.builder(sessions, model).tools(tools).build();
    }

    @Override
    public Answer work(AgentSession branch, String task) {
        return Objects.requireNonNull(equipped, "equipped").work(branch, task);
    }
}
