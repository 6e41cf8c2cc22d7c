package dev.anabranch.session;

import java.util.List;

/** Thrown when tool calls are open at a fork point and {@link OpenToolCalls#REFUSE} was asked for. */
public final class OpenToolCallsException extends SessionException {

    private static final long serialVersionUID = 1;

    private final transient List<String> toolCalls;

    OpenToolCallsException(List<String> toolCalls) {
        super("tool calls are open at the fork point: " + toolCalls, null);
        this.toolCalls = List.copyOf(toolCalls);
    }

    /** The ids of the open calls. */
    public List<String> toolCalls() {
        return toolCalls;
    }
}
