package dev.anabranch.server.agent;

import java.util.Locale;

/** What has become of a turn. */
public enum TurnStatus {
    /** The agent is answering. */
    RUNNING,
    /** The answer is in the session. */
    DONE,
    /** The agent gave up; a retry asks again. */
    FAILED,
    /** A person stopped it. What had been said by then is in the session. */
    STOPPED,
    /** The server stopped while the agent was answering; a retry asks again. */
    INTERRUPTED;

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
