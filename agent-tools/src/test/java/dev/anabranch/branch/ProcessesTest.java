package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
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
import java.util.concurrent.atomic.AtomicBoolean;
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

    private static final int RUNS_AT_ONCE = 4;
    private static final int RUNS = 32;
    private static final BranchLimits FEW_AT_ONCE = BranchLimits.DEFAULTS
            .withBranchesPerSession(2 * RUNS)
            .withLiveBranchesPerTree(2 * RUNS)
            .withBranchesPerMinute(2 * RUNS)
            .withConcurrentRuns(RUNS_AT_ONCE);

    /** Works on many branches, and notes when each is begun and done in a stream that all processes share. */
    static final class Runner {

        public static void main(String[] arguments) throws Exception {
            try (DurableStreams streams = HttpDurableStreams.connect(URI.create(arguments[0]));
                    AgentSessions sessions = AgentSessions.of(streams)) {
                StreamName notes = new StreamName(arguments[2]);
                FanOut.Builder builder = FanOut.builder(
                                BoundedBranching.of(sessions, FEW_AT_ONCE), sessions.session(arguments[1]))
                        .agent((branch, task) -> {
                            note(streams, notes, "begun");
                            branch.append(UserMessage.from(task));
                            note(streams, notes, "done");
                            return Answer.of("x");
                        });
                for (int i = 0; i < RUNS; i++) {
                    builder.branch("branch " + i, "task " + i);
                }
                FanOut fanOut = builder.build();
                System.out.println("ready");
                System.in.read();
                System.out.println("finished " + fanOut.run().finished().size());
            }
        }

        private static void note(DurableStreams streams, StreamName notes, String what) {
            streams.append(notes, AppendRequest.json(List.of('"' + what + '"')));
        }
    }

    @Test
    void of64RunsOfTwoProcessesNeverMoreThanFourWorkAtOnceAndAllFinish() {
        String server = Backend.Server.BASE.toString();
        StreamName notes = new StreamName("notes/" + id);
        streams.create(notes, CreateRequest.JSON);
        try (ChildJvm one = ChildJvm.start(Runner.class, server, id, notes.value());
                ChildJvm other = ChildJvm.start(Runner.class, server, id, notes.value())) {
            List<ChildJvm> both = List.of(one, other);
            both.forEach(each -> assertThat(each.await("ready")).isPresent());
            both.forEach(each -> each.tell("go"));
            both.forEach(each -> assertThat(each.await("finished ")).contains(String.valueOf(RUNS)));
        }

        int working = 0;
        int most = 0;
        int done = 0;
        StreamPage page = streams.read(notes, Offset.BEGINNING);
        for (Payload note : page.messages()) {
            boolean begun = note.utf8().contains("begun");
            working += begun ? 1 : -1;
            done += begun ? 0 : 1;
            most = Math.max(most, working);
        }
        assertThat(page.upToDate()).isTrue();
        assertThat(done).isEqualTo(2 * RUNS);
        assertThat(most).isLessThanOrEqualTo(RUNS_AT_ONCE);
    }

    /** Takes all places there are, and holds them until it is killed. */
    static final class Holder {

        public static void main(String[] arguments) {
            DurableStreams streams = HttpDurableStreams.connect(URI.create(arguments[0]));
            AgentSessions sessions = AgentSessions.of(streams);
            FanOut.Builder builder = FanOut.builder(
                            BoundedBranching.of(sessions, FEW_AT_ONCE, Duration.ofSeconds(5)),
                            sessions.session(arguments[1]))
                    .agent((branch, task) -> {
                        System.out.println("working");
                        new CountDownLatch(1).await();
                        return Answer.of("never");
                    });
            for (int i = 0; i < RUNS_AT_ONCE; i++) {
                builder.branch("branch " + i, "task " + i);
            }
            builder.build().run();
        }
    }

    @Test
    void thePlacesOfAKilledProcessComeBackOnceItsLeasesRunOut() throws Exception {
        WatchedStreams watch = new WatchedStreams(streams);
        try (ChildJvm holder = ChildJvm.start(Holder.class, Backend.Server.BASE.toString(), id);
                AgentSessions watched = AgentSessions.of(watch.streams())) {
            for (int i = 0; i < RUNS_AT_ONCE; i++) {
                assertThat(holder.await("working")).isPresent();
            }
            AtomicBoolean killed = new AtomicBoolean();
            AtomicBoolean begunAfterKill = new AtomicBoolean();
            RunningFanOut waiting = FanOut.builder(BoundedBranching.of(watched, FEW_AT_ONCE), watched.session(id))
                    .agent((branch, task) -> {
                        begunAfterKill.set(killed.get());
                        return Answer.of("at last");
                    })
                    .branch("late", "wait for a place")
                    .build()
                    .start();
            assertThat(watch.awaitRefusals(2 * RUNS_AT_ONCE))
                    .as("the places are taken")
                    .isTrue();
            killed.set(true);
            holder.kill();

            assertThat(waiting.await().finished()).hasSize(1);
            assertThat(begunAfterKill).isTrue();
        }
    }
}
