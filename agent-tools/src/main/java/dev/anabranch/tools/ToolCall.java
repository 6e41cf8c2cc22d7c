package dev.anabranch.tools;

import dev.anabranch.session.AgentSession;
import java.util.function.Supplier;

/**
 * A call as a tool sees it.
 *
 * @param session the session of the agent that calls
 * @param key the same for every retry of the call; found only when it is asked for
 */
record ToolCall(AgentSession session, ToolArguments arguments, Supplier<String> key) {}
