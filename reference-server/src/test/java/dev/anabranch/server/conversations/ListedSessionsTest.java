package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.security.UserId;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListedSessionsTest {

    private static final TreeLimits LIMITS = new TreeLimits(3, 10, 14, 40);

    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final AgentSessions sessions = AgentSessions.of(streams);
    private final ListedSessions listed = new ListedSessions(sessions, LIMITS);

    @BeforeEach
    void make() {
        sessions.create(NewSession.DEFAULTS.withId("plan"));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    @Test
    void ofManyAttemptsAtOnceOnAllFacesAsManySucceedAsTheLimitSays() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                String id = "raw" + i;
                attempts.add(() -> admits("plan", id));
                attempts.add(this::forks);
            }
            int made = 0;
            for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
                made += attempt.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(LIMITS.branches());
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aBranchThatItsMakerListedIsNotCountedAgain() {
        for (int i = 0; i < LIMITS.branches(); i++) {
            assertThat(admits("plan", "raw" + i)).isTrue();
        }

        assertThat(listed.admit(UserId.LOCAL, "plan", "raw3", Optional.empty())).isFalse();
        assertThat(admits("plan", "another")).isFalse();
    }

    @Test
    void aTreeHasAsManySessionsAsTheLimitSays() {
        for (int i = 0; i < 7; i++) {
            assertThat(admits("plan", "raw" + i)).isTrue();
        }
        sessions.session("plan").fork(ForkOptions.DEFAULTS.withId("branch"));
        for (int i = 0; i < 5; i++) {
            assertThat(admits("branch", "below" + i)).isTrue();
        }

        assertThat(admits("branch", "one-too-many")).isFalse();
        assertThat(sizeOf(sessions.tree("plan"))).isEqualTo(LIMITS.tree());
    }

    @Test
    void branchesThatComeAndGoAreLimitedByTheMinute() {
        for (int i = 0; i < LIMITS.perMinute(); i++) {
            assertThat(admits("plan", "raw" + i)).isTrue();
            listed.settle("raw" + i); // its stream was never made
        }

        assertThatThrownBy(() -> listed.admit(UserId.LOCAL, "plan", "next", Optional.of(Duration.ofHours(1))))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().status()).isEqualTo(429);
                    assertThat(refused.problem().headers()).containsEntry("Retry-After", "60");
                });
    }

    @Test
    void anIdThatIsListedAsAnothersIsTaken() {
        sessions.create(NewSession.DEFAULTS.withId("other"));

        assertThatThrownBy(() -> listed.admit(UserId.LOCAL, "plan", "other", Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(409));
    }

    private boolean admits(String parent, String id) {
        try {
            return listed.admit(UserId.LOCAL, parent, id, Optional.empty());
        } catch (ProblemException full) {
            assertThat(full.problem().code()).isEqualTo("limit_exceeded");
            return false;
        }
    }

    private boolean forks() {
        try {
            sessions.session("plan").fork(ForkOptions.DEFAULTS.withGuard(LIMITS));
            return true;
        } catch (BranchLimitException full) {
            return false;
        }
    }

    private static int sizeOf(SessionTree tree) {
        return tree.sessions().size();
    }
}
