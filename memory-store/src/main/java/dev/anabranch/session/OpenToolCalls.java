package dev.anabranch.session;

/**
 * What to do when a fork point falls behind an {@code AiMessage} whose tool calls are not all answered: providers
 * refuse such a list of messages. The calls of one message are one group, however many of them are answered.
 */
public enum OpenToolCalls {
    /** Moves the fork point before that {@code AiMessage}. */
    SNAP_BACK,
    /** Keeps the fork point and gives the branch a result for each open call, saying that it did not run there. */
    ANSWER,
    /** Refuses with {@link OpenToolCallsException}. */
    REFUSE
}
