package dev.anabranch.tools;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the session of the agent that calls a tool. */
final class Callers {

    private static final String DEFAULT = "default";

    private final AgentSessions sessions;
    private final Optional<Object> bound;

    /** With the memory id that all callers have, if they are bound to one. */
    Callers(AgentSessions sessions, Optional<Object> bound) {
        this.sessions = sessions;
        this.bound = bound;
    }

    /** Whoever calls; found when it is asked for, so that what goes wrong then is answered in words. */
    interface Caller {
        AgentSession session();
    }

    Caller byMemoryId(@Nullable Object memoryId) {
        return () -> sessions.session(String.valueOf(bound.orElse(memoryId == null ? DEFAULT : memoryId)));
    }

    Caller of(ToolExecutionRequest request, @Nullable InvocationContext context) {
        return byMemoryId(context == null ? null : context.chatMemoryId());
    }
}
