package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of {@link AgentSessionsContract} share. */
abstract class SessionsFixture {

    static final String ID = "chat-123";

    DurableStreams streams;
    SessionsOptions options;
    protected AgentSessions sessions;

    /** Streams with nothing below {@link #options}' prefix. */
    protected abstract DurableStreams openStreams() throws Exception;

    protected SessionsOptions options() {
        return SessionsOptions.DEFAULTS;
    }

    @BeforeEach
    final void open() throws Exception {
        streams = openStreams();
        options = options();
        sessions = AgentSessions.of(streams, options);
    }

    @AfterEach
    final void close() {
        sessions.close();
        streams.close();
    }

    /** The sessions as another process sees them. */
    AgentSessions elsewhere() {
        return AgentSessions.of(streams, options);
    }

    static UserMessage user(String text) {
        return UserMessage.from(text);
    }

    static AiMessage ai(String text) {
        return AiMessage.from(text);
    }

    AgentSession talk(String id, int turns) {
        AgentSession session = sessions.session(id);
        for (int turn = 0; turn < turns; turn++) {
            session.append(user("question " + turn));
            session.append(ai("answer " + turn));
        }
        return session;
    }

    static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }
}
