package dev.anabranch.tools;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.MessageOrigins;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the session of the agent that calls a tool.
 *
 * <p>The memory id that LangChain4j passes is not enough: it is {@code "default"} for every AI service without a
 * {@code @MemoryId}, and a store may map ids as it likes. What never lies is the user message of the turn, the very
 * object of which was written to the session when the turn began. The memory id decides only where that is of no help:
 * when the executor is called by hand, or the message was written by another object, as with retrieved content that is
 * not stored.
 */
final class Callers {

    private static final String DEFAULT = "default";

    private final AgentSessions sessions;
    private final Function<Object, AgentSession> mapping;
    private final Optional<Object> bound;

    /**
     * Finds callers among these sessions.
     *
     * @param mapping the session behind a memory id
     * @param bound the memory id that all callers have, if they are bound to one
     */
    Callers(AgentSessions sessions, Function<Object, AgentSession> mapping, Optional<Object> bound) {
        this.sessions = sessions;
        this.mapping = mapping;
        this.bound = bound;
    }

    /** Whoever calls; found when it is asked for, so that what goes wrong then is answered in words. */
    interface Caller {
        AgentSession session();
    }

    Caller byMemoryId(@Nullable Object memoryId) {
        return () -> mapping.apply(bound.orElse(memoryId == null ? DEFAULT : memoryId));
    }

    Caller of(@Nullable InvocationContext context) {
        if (context == null || bound.isPresent()) {
            return byMemoryId(null);
        }
        return () -> {
            @Nullable UserMessage turn = context.userMessage();
            List<String> origins = turn == null ? List.of() : MessageOrigins.sessionsOf(turn);
            if (origins.size() == 1) {
                return sessions.session(origins.get(0));
            }
            return byMemoryId(context.chatMemoryId()).session();
        };
    }
}
