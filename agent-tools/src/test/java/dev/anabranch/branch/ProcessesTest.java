package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.UserMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits that processes hold together, over one server. */
class ProcessesTest {

    private static final int LIMIT = 10;
    private static final int ATTEMPTS = 32;
    private static final BranchLimits LIMITS =
            BranchLimits.DEFAULTS.withBranchesPerSession(LIMIT).withBranchesPerMinute(1_000);

    private final String id = "chat-" + UUID.randomUUID();
    private DurableStreams streams;
    private AgentSessions sessions;
    private AgentSession parent;

    @BeforeEach
    void open() {
        streams = Backend.HTTP.open();
        sessions = AgentSessions.of(streams);
        parent = sessions.session(id);
        parent.append(UserMessage.from("hello"));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    /** Tries to make branches, all at once, when told so. */
    static final class Forker {

        public static void main(String[] arguments) throws Exception {
            try (DurableStreams streams = HttpDurableStreams.connect(URI.create(arguments[0]));
                    AgentSessions sessions = AgentSessions.of(streams)) {
                BoundedBranching branching = BoundedBranching.of(sessions, LIMITS);
                AgentSession parent = sessions.session(arguments[1]);
                ExecutorService pool = Executors.newFixedThreadPool(ATTEMPTS);
                CountDownLatch go = new CountDownLatch(1);
                List<Future<Boolean>> attempts = new ArrayList<>();
                for (int i = 0; i < ATTEMPTS; i++) {
                    attempts.add(pool.submit(() -> {
                        go.await();
                        try {
                            branching.fork(parent, ForkOptions.DEFAULTS);
                            return true;
                        } catch (BranchLimitException refused) {
                            return false;
                        }
                    }));
                }
                System.out.println("ready");
                System.in.read();
                go.countDown();
                int made = 0;
                for (Future<Boolean> attempt : attempts) {
                    made += attempt.get() ? 1 : 0;
                }
                pool.shutdown();
                System.out.println("made " + made);
            }
        }
    }

    @Test
    void of64AttemptsOfTwoProcessesExactlyTenSucceed() {
        String server = Backend.Server.BASE.toString();
        int made = 0;
        try (ChildJvm one = ChildJvm.start(Forker.class, server, id);
                ChildJvm other = ChildJvm.start(Forker.class, server, id)) {
            assertThat(one.await("ready")).isPresent();
            assertThat(other.await("ready")).isPresent();
            one.tell("go");
            other.tell("go");
            for (ChildJvm each : List.of(one, other)) {
                made += each.await("made ").map(Integer::parseInt).orElseThrow();
            }
        }

        assertThat(made).isEqualTo(LIMIT);
        assertThat(parent.children()).hasSize(LIMIT);
        assertThat(sessions.tree(id).sessions()).extracting(SessionInfo::id).hasSize(LIMIT + 1);
    }

    /** Opens a scratch that lives for a second, asks in it, and dies. */
    static final class Prober {

        public static void main(String[] arguments) {
            DurableStreams streams = HttpDurableStreams.connect(URI.create(arguments[0]));
            AgentSessions sessions = AgentSessions.of(streams);
            Scratch scratch = Scratch.of(BoundedBranching.of(sessions, LIMITS), sessions.session(arguments[1]))
                    .agent((branch, question) -> {
                        branch.append(UserMessage.from(question));
                        return Answer.of("x");
                    })
                    .ttl(Duration.ofSeconds(1))
                    .open();
            scratch.ask("What is it?");
            System.out.println("scratch " + scratch.session().id());
            Runtime.getRuntime().halt(1);
        }
    }

    @Test
    void aScratchWhoseProcessDiedIsHiddenExpiresAndMakesRoom() {
        String scratch;
        try (ChildJvm child = ChildJvm.start(Prober.class, Backend.Server.BASE.toString(), id)) {
            scratch = child.await("scratch ").orElseThrow();
        }
        StreamName stream = new StreamName("sessions/" + scratch);

        assertThat(sessions.list(SessionQuery.DEFAULTS).sessions())
                .extracting(SessionInfo::id)
                .doesNotContain(scratch);
        while (streams.head(stream).isPresent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        BoundedBranching branching = BoundedBranching.of(sessions, LIMITS);
        for (int i = 0; i < LIMIT; i++) {
            branching.fork(parent, ForkOptions.DEFAULTS);
        }
        assertThat(parent.children()).hasSize(LIMIT).extracting(SessionInfo::id).doesNotContain(scratch);
        assertThat(parent.history()).hasSize(1);
    }
}
