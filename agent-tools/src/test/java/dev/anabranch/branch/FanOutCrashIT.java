package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fan-out whose process dies right after each of its writes in turn, and is run again by another process. */
class FanOutCrashIT {

    private static final String SESSION = "chat";
    private static final List<String> LABELS = List.of("a", "b");
    private static final int WRITES_MAX = 100;
    private static final int DEAD = 99;

    /** A process that dies at work keeps its place for so long, and the next one waits for it. */
    private static final Duration LEASE = Duration.ofSeconds(1);

    @TempDir
    private Path folders;

    /** Streams that end the process once so many writes are on disk. */
    private record HaltingStreams(DurableStreams streams, AtomicInteger writesLeft) implements DurableStreams {

        private <T> T written(T result) {
            if (writesLeft.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(DEAD);
            }
            return result;
        }

        @Override
        public CreateResult create(StreamName name, CreateRequest request) {
            return written(streams.create(name, request));
        }

        @Override
        public CreateResult fork(StreamName fork, ForkRequest request) {
            return written(streams.fork(fork, request));
        }

        @Override
        public AppendResult append(StreamName name, AppendRequest request) {
            return written(streams.append(name, request));
        }

        @Override
        public boolean delete(StreamName name) {
            return written(streams.delete(name));
        }

        @Override
        public StreamPage read(StreamName name, Offset from) {
            return streams.read(name, from);
        }

        @Override
        public Tailing tail(StreamName name, Offset from, TailListener listener) {
            return streams.tail(name, from, listener);
        }

        @Override
        public Optional<StreamHead> head(StreamName name) {
            return streams.head(name);
        }

        @Override
        public void close() {
            streams.close();
        }
    }

    /** The process that dies. */
    static final class Child {

        public static void main(String[] arguments) {
            EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(Path.of(arguments[0]));
            try (AgentSessions before = AgentSessions.of(streams)) {
                before.session(SESSION).append(UserMessage.from("How do I deploy?"), AiMessage.from("On a VM."));
            }
            AtomicInteger writes = new AtomicInteger(Integer.parseInt(arguments[1]));
            try (DurableStreams halting = new HaltingStreams(streams, writes);
                    AgentSessions sessions = AgentSessions.of(halting)) {
                fanOut(sessions, Collections.synchronizedList(new ArrayList<>()));
            }
        }
    }

    /** Two branches, one after the other, each of which asks, thinks and answers. */
    private static FanOutResult fanOut(AgentSessions sessions, List<String> runs) {
        BoundedBranching branching = BoundedBranching.of(sessions, BranchLimits.DEFAULTS.withConcurrentRuns(1), LEASE);
        FanOut.Builder fanOut = FanOut.builder(branching, sessions.session(SESSION))
                .id("crash")
                .judge(Judge.scoring(Finished::index))
                .agent((branch, task) -> {
                    runs.add(task);
                    branch.append(UserMessage.from(task));
                    branch.append(ScriptedModel.call("t", "think", "{}"));
                    branch.append(ToolExecutionResultMessage.from("t", "think", "hm"));
                    branch.append(AiMessage.from("answer " + task));
                    return new Answer("answer " + task, Optional.of(Usage.ofTotal(10)));
                });
        LABELS.forEach(label -> fanOut.branch(label, label));
        return fanOut.build().run();
    }

    @Test
    void whereverTheProcessDiesEachBranchIsFinishedOnceAndNoneTwice() {
        for (int writes = 1; writes < WRITES_MAX; writes++) {
            Path folder = folders.resolve("after-" + writes);
            int exit;
            try (ChildJvm child = ChildJvm.start(Child.class, folder.toString(), Integer.toString(writes))) {
                exit = child.waitFor();
            }
            assertThat(exit).as("after %d writes", writes).isIn(0, DEAD);
            resume(folder, writes);
            if (exit == 0) {
                assertThat(writes).as("writes of a whole fan-out").isGreaterThan(15);
                return; // it has died after every one of its writes
            }
        }
        throw new AssertionError("the fan-out does not end");
    }

    private static void resume(Path folder, int writes) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder);
                AgentSessions sessions = AgentSessions.of(streams)) {
            AgentSession parent = sessions.session(SESSION);
            Map<String, String> answered = answered(sessions, parent);
            List<String> runs = Collections.synchronizedList(new ArrayList<>());

            FanOutResult result = fanOut(sessions, runs);

            assertThat(runs)
                    .as("run again after %d writes", writes)
                    .containsExactlyInAnyOrderElementsOf(LABELS.stream()
                            .filter(label -> !answered.containsKey(label))
                            .toList());
            assertThat(result.finished())
                    .as("after %d writes", writes)
                    .extracting(Finished::answer)
                    .containsExactly("answer a", "answer b");
            for (Finished each : result.finished()) {
                String earlier = answered.getOrDefault(each.label(), each.sessionId());
                assertThat(each.sessionId()).as("after %d writes", writes).isEqualTo(earlier);
                assertThat(texts(sessions.session(each.sessionId())))
                        .as("after %d writes", writes)
                        .containsExactly("How do I deploy?", "On a VM.", each.label(), "", "hm", each.answer());
            }
            assertThat(parent.history()).hasSize(2);
            assertThat(parent.children()).as("after %d writes", writes).hasSizeBetween(2, 3);

            FanOutResult again = fanOut(sessions, runs);
            assertThat(runs).hasSize(LABELS.size() - answered.size());
            assertThat(again.verdict()).isEqualTo(result.verdict());
            assertThat(again.finished())
                    .extracting(Finished::sessionId)
                    .containsExactlyElementsOf(
                            result.finished().stream().map(Finished::sessionId).toList());
        }
    }

    /** The branches that end in an answer, by label. */
    private static Map<String, String> answered(AgentSessions sessions, AgentSession parent) {
        Map<String, String> answered = new HashMap<>();
        for (SessionInfo child : parent.children()) {
            List<String> texts = texts(sessions.session(child.id()));
            if (texts.get(texts.size() - 1).startsWith("answer ")) {
                answered.put(child.label(), child.id());
            }
        }
        return answered;
    }

    private static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }
}
