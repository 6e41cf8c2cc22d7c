package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import java.util.List;

/**
 * Which sessions this process wrote the very object of a message to. LangChain4j tells a tool the memory id
 * {@code "default"} when an AI service has none, but always the user message of the turn: the object that was written
 * to the session just before, whatever the session is called. Objects are held weakly. Safe for use by many threads.
 */
public final class MessageOrigins {

    private static final Instances SESSIONS = new Instances(); // guarded by itself

    private MessageOrigins() {}

    /** The ids of the sessions that this very object was written to; normally one or none. */
    public static List<String> sessionsOf(ChatMessage instance) {
        synchronized (SESSIONS) {
            return SESSIONS.idsOf(instance);
        }
    }

    static void note(ChatMessage instance, String session) {
        synchronized (SESSIONS) {
            SESSIONS.add(instance, session);
        }
    }
}
