package dev.anabranch.server.agent;

/** One message to an agent, being answered. */
public interface AgentTurn {

    /** Names the turn among all turns of the server; time-ordered. */
    String id();

    /** The id of the session, which is the agent's memory id. */
    String session();

    /** The id of the user who asks. */
    String user();

    /** The message. */
    String text();

    /** Whether the turn was stopped. The agent should then say no more. */
    boolean isStopped();

    /** Runs {@code action} when the turn is stopped; at once if it is already. For cancelling a model's stream. */
    void onStop(Runnable action);
}
