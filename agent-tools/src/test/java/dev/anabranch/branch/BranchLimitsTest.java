package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.SessionsOptions;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backend.class)
class BranchLimitsTest {

    private static final BranchLimits WIDE =
            new BranchLimits(100, 1000, 1000, 1000, 8, Duration.ofMinutes(1), OptionalLong.empty());

    private final Backend backend;
    private final String id = "chat-" + UUID.randomUUID();
    private DurableStreams streams;
    private AgentSessions sessions;

    BranchLimitsTest(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        sessions = AgentSessions.of(streams);
        sessions.session(id).append(UserMessage.from("hello"));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    private static AgentSession fork(BoundedBranching branching, AgentSession parent) {
        return branching.fork(parent, ForkOptions.at(ForkPoint.now())).session();
    }

    private static void assertRefused(Refusal.Limit limit, Runnable attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        BranchLimitException.class,
                        refused -> assertThat(refused.refusal().limit()).isEqualTo(limit));
    }

    @Test
    void of64SimultaneousAttemptsFromTwoProcessesExactlyTenSucceed() throws Exception {
        BranchLimits limits = WIDE.withBranchesPerSession(10);
        AgentSessions others = AgentSessions.of(streams);
        ExecutorService pool = Executors.newFixedThreadPool(64);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            BoundedBranching branching = BoundedBranching.of(i % 2 == 0 ? sessions : others, limits);
            attempts.add(pool.submit(() -> {
                go.await();
                try {
                    fork(branching, branching.sessions().session(id));
                    return true;
                } catch (BranchLimitException refused) {
                    return false;
                }
            }));
        }
        go.countDown();
        int made = 0;
        for (Future<Boolean> attempt : attempts) {
            made += attempt.get() ? 1 : 0;
        }
        pool.shutdown();
        others.close();

        assertThat(made).isEqualTo(10);
        assertThat(sessions.session(id).children()).hasSize(10);
    }

    @Test
    void aBranchGetsNoMoreThanItsParentHasLeft() {
        BoundedBranching branching = BoundedBranching.of(sessions, WIDE.withBranchesPerSession(3));
        AgentSession root = sessions.session(id);
        AgentSession first = fork(branching, root);
        AgentSession second = fork(branching, root);

        assertThat(branching.roomIn(first).branches()).isEqualTo(2);
        assertThat(branching.roomIn(second).branches()).isEqualTo(1);
        fork(branching, second);
        assertRefused(Refusal.Limit.BRANCHES_PER_SESSION, () -> fork(branching, second));
        BoundedBranching generous = BoundedBranching.of(sessions, WIDE);
        assertRefused(Refusal.Limit.BRANCHES_PER_SESSION, () -> fork(generous, second));
    }

    @Test
    void depthIsBounded() {
        BoundedBranching branching = BoundedBranching.of(sessions, WIDE.withDepth(2));
        AgentSession below = fork(branching, fork(branching, sessions.session(id)));

        assertRefused(Refusal.Limit.DEPTH, () -> fork(branching, below));
        assertRefused(Refusal.Limit.DEPTH, () -> fork(BoundedBranching.of(sessions, WIDE), below));
    }

    @Test
    void aDeletedBranchMakesRoomInItsTree() {
        BoundedBranching branching = BoundedBranching.of(sessions, WIDE.withLiveBranchesPerTree(2));
        AgentSession root = sessions.session(id);
        AgentSession first = fork(branching, root);
        fork(branching, first);

        assertRefused(Refusal.Limit.LIVE_BRANCHES_PER_TREE, () -> fork(branching, root));
        sessions.session(first.id())
                .children()
                .forEach(leaf -> sessions.session(leaf.id()).delete());
        fork(branching, root);
    }

    @Test
    void theRateIsBoundedWithinAMinute() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        AgentSessions timed = AgentSessions.of(streams, SessionsOptions.DEFAULTS.withClock(now::get));
        BoundedBranching branching = BoundedBranching.of(timed, WIDE.withBranchesPerMinute(2));
        AgentSession root = timed.session(id);
        fork(branching, root);
        now.set(now.get().plusSeconds(30));
        fork(branching, root);

        assertRefused(Refusal.Limit.BRANCHES_PER_MINUTE, () -> fork(branching, root));
        now.set(now.get().plusSeconds(31));
        fork(branching, root);
        assertRefused(Refusal.Limit.BRANCHES_PER_MINUTE, () -> fork(branching, root));
        timed.close();
    }
}
