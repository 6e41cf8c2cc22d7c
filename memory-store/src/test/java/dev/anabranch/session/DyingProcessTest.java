package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What other processes find when one has died at any step of what it did to a session. */
@ParameterizedClass
@EnumSource(DyingProcessTest.Death.class)
class DyingProcessTest {

    /** When a process dies. */
    enum Death {
        BEFORE_THE_WRITE,
        AFTER_THE_WRITE
    }

    private static final Set<String> WRITES = Set.of("create", "fork", "append", "delete");
    private static final List<ChatMessage> SAID = List.of(UserMessage.from("one"), UserMessage.from("two"));
    private static final List<ChatMessage> ANEW = List.of(UserMessage.from("anew"));

    private final Death death;
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private MemoryStreams memory;
    private int writes;

    DyingProcessTest(Death death) {
        this.death = death;
    }

    @BeforeEach
    void open() {
        begin();
    }

    private void begin() {
        memory = new MemoryStreams(true);
        writes = 0;
        try (AgentSessions sessions = sessionsAt(start)) {
            sessions.session("trunk").updateWindow(SAID);
        }
    }

    /** Another process, some time later: what is young may still be under way, and is left alone. */
    private AgentSessions later() {
        return sessionsAt(start.plus(Duration.ofHours(1)));
    }

    private AgentSessions sessionsAt(Instant now) {
        return AgentSessions.of(memory, SessionsOptions.DEFAULTS.withClock(() -> now));
    }

    /** Whether an action got through before its process died, which may make so many writes. */
    private boolean survives(int writesMax, Consumer<AgentSessions> action) {
        SessionsOptions options =
                SessionsOptions.DEFAULTS.withClock(() -> start).withDeadline(Duration.ofMillis(1));
        writes = 0;
        try (AgentSessions sessions = AgentSessions.of(dyingAfter(writesMax), options)) {
            action.accept(sessions);
            assertThat(writes).as("writes that were seen").isPositive();
            return writes <= writesMax;
        } catch (DurableStreamsException dead) {
            return false;
        }
    }

    private DurableStreams dyingAfter(int writesMax) {
        return (DurableStreams) Proxy.newProxyInstance(
                DurableStreams.class.getClassLoader(),
                new Class<?>[] {DurableStreams.class},
                (proxy, method, given) -> {
                    if (method.getName().equals("within")) {
                        return proxy;
                    }
                    boolean isWrite = WRITES.contains(method.getName());
                    if (writes > writesMax || (isWrite && ++writes > writesMax && death == Death.BEFORE_THE_WRITE)) {
                        throw dead();
                    }
                    try {
                        Object result = method.invoke(memory, given);
                        if (writes > writesMax) {
                            throw dead();
                        }
                        return result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private static StreamsUnavailableException dead() {
        return new StreamsUnavailableException(
                StreamsUnavailableException.Cause.CONNECTION,
                StreamsUnavailableException.Outcome.UNKNOWN,
                "the process is dead",
                null);
    }

    private static List<String> listed(AgentSessions sessions) {
        return sessions.list(SessionQuery.DEFAULTS).sessions().stream()
                .map(SessionInfo::id)
                .toList();
    }

    /** Either all of the session is there, wherever one looks, or nothing is. */
    private static boolean isWholeOrNothing(
            AgentSessions sessions, String id, List<ChatMessage> messages, String when) {
        boolean isThere = sessions.session(id).exists();
        assertThat(listed(sessions).contains(id)).as("listed, %s", when).isEqualTo(isThere);
        assertThat(sessions.find(id).isPresent()).as("found, %s", when).isEqualTo(isThere);
        assertThat(sessions.session(id).window()).as(when).isEqualTo(isThere ? messages : List.of());
        assertThat(sessions.session(id).history()).as(when).hasSize(isThere ? messages.size() : 0);
        return isThere;
    }

    @Test
    void aForkThatDiedLeavesAWholeBranchOrNone() {
        ForkOptions branch = ForkOptions.DEFAULTS.withId("branch").withLabel("label");
        for (int k = 0; ; k++) {
            begin();
            boolean done = survives(k, sessions -> sessions.session("trunk").fork(branch));
            String when = "died at write " + k;
            try (AgentSessions sessions = later()) {
                AgentSession trunk = sessions.session("trunk");
                boolean isThere = isWholeOrNothing(sessions, "branch", SAID, when);
                assertThat(trunk.children())
                        .as(when)
                        .extracting(SessionInfo::id)
                        .isEqualTo(isThere ? List.of("branch") : List.of());
                assertThat(trunk.window()).isEqualTo(SAID);
                if (!isThere) {
                    AgentSession again = trunk.fork(branch).session();
                    assertThat(again.window()).as(when).isEqualTo(SAID);
                    assertThat(again.info().label()).as(when).isEqualTo("label");
                    assertThat(listed(sessions)).as(when).containsExactlyInAnyOrder("trunk", "branch");
                }
            }
            if (done) {
                return;
            }
        }
    }

    @Test
    void aForkThatDiedIsTheSameWhenItIsTriedAgainByItsKey() {
        ForkOptions branch = ForkOptions.DEFAULTS.withIdempotencyKey("key").withLabel("label");
        for (int k = 0; ; k++) {
            begin();
            boolean done = survives(k, sessions -> sessions.session("trunk").fork(branch));
            try (AgentSessions sessions = sessionsAt(start)) {
                AgentSession again = sessions.session("trunk").fork(branch).session();

                assertThat(again.window()).as("died at write %d", k).isEqualTo(SAID);
                assertThat(again.info().label()).as("died at write %d", k).isEqualTo("label");
                assertThat(listed(sessions)).containsExactlyInAnyOrder("trunk", again.id());
            }
            if (done) {
                return;
            }
        }
    }

    @Test
    void aSessionWhoseMakingDiedIsWholeOrNotThere() {
        NewSession wanted = NewSession.DEFAULTS.withId("fresh").withLabel("label");
        for (int k = 0; ; k++) {
            begin();
            boolean done = survives(k, sessions -> sessions.create(wanted));
            try (AgentSessions sessions = later()) {
                if (!isWholeOrNothing(sessions, "fresh", List.of(), "died at write " + k)) {
                    sessions.create(wanted);
                }
                AgentSession fresh = sessions.session("fresh");
                fresh.updateWindow(ANEW);
                assertThat(fresh.window()).isEqualTo(ANEW);
                assertThat(fresh.info().label()).isEqualTo("label");
                assertThat(listed(sessions)).containsExactlyInAnyOrder("trunk", "fresh");
            }
            if (done) {
                return;
            }
        }
    }

    @Test
    void aSessionWhoseDeletionDiedIsWholeOrNotThereAndItsIdIsOfUse() {
        for (int k = 0; ; k++) {
            begin();
            boolean done = survives(k, sessions -> sessions.session("trunk").delete());
            try (AgentSessions sessions = later()) {
                isWholeOrNothing(sessions, "trunk", SAID, "died at write " + k);
                sessions.session("trunk").delete();
                assertThat(isWholeOrNothing(sessions, "trunk", SAID, "deleted again after " + k))
                        .isFalse();
                sessions.session("trunk").updateWindow(ANEW);
                assertThat(isWholeOrNothing(sessions, "trunk", ANEW, "made anew after " + k))
                        .isTrue();
            }
            if (done) {
                return;
            }
        }
    }

    @Test
    void aParentWhoseDeletionDiedLeavesItsBranchesWhole() {
        for (int k = 0; ; k++) {
            begin();
            try (AgentSessions sessions = sessionsAt(start)) {
                sessions.session("trunk").fork(ForkOptions.DEFAULTS.withId("branch"));
            }
            boolean done = survives(k, sessions -> sessions.session("trunk").delete());
            try (AgentSessions sessions = later()) {
                isWholeOrNothing(sessions, "trunk", SAID, "died at write " + k);
                assertThat(isWholeOrNothing(sessions, "branch", SAID, "parent died at write " + k))
                        .isTrue();
                sessions.session("trunk").updateWindow(ANEW);
                sessions.session("trunk").delete();
                sessions.session("trunk").updateWindow(ANEW);
                assertThat(isWholeOrNothing(sessions, "trunk", ANEW, "made anew after " + k))
                        .isTrue();
                assertThat(isWholeOrNothing(sessions, "branch", SAID, "parent made anew after " + k))
                        .isTrue();
            }
            if (done) {
                return;
            }
        }
    }
}
