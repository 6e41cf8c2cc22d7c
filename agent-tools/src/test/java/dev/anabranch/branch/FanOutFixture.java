package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A session to fan out from. */
abstract class FanOutFixture {

    static final BranchLimits LIMITS = BranchLimits.DEFAULTS.withBranchesPerMinute(10_000);

    /** A tool that never finds anything. */
    static final class Looking {
        @Tool
        public String look() {
            return "nothing yet";
        }
    }

    final Backend backend;
    DurableStreams streams;
    AgentSessions sessions;
    AgentSession parent;

    FanOutFixture(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        sessions = AgentSessions.of(streams);
        parent = sessions.session("chat-" + UUID.randomUUID());
        parent.append(UserMessage.from("How do I deploy?"), AiMessage.from("Containers or a VM."));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    FanOut.Builder fanOut() {
        return fanOut(LIMITS);
    }

    FanOut.Builder fanOut(BranchLimits limits) {
        return FanOut.builder(BoundedBranching.of(sessions, limits), parent);
    }

    /** Writes task and answer, as an AI service does. */
    static Answer answered(AgentSession branch, String task, String answer) {
        branch.append(UserMessage.from(task));
        branch.append(AiMessage.from(answer));
        return Answer.of(answer);
    }

    static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }
}
