package dev.anabranch.examples;

import dev.anabranch.branch.Answer;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.FanOut;
import dev.anabranch.branch.FanOutResult;
import dev.anabranch.branch.ModelAgent;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A process is killed in the middle of a fan-out, and this one takes it up: what had finished is not done again.
 *
 * <p>Started with {@code --child SESSION} it is the process that gets killed.
 */
final class CrashAndResume implements Example {

    private static final String CHILD = "--child";
    private static final String FAN_OUT = "prices";
    private static final String STUCK = "bike";
    private static final String IN_THE_MIDDLE = "in the middle of ";
    private static final String FINISHED = "finished ";

    @Override
    public String summary() {
        return "kill -9 in the middle of a fan-out, and resume";
    }

    @Override
    public Set<String> options() {
        return Set.of(CHILD);
    }

    @Override
    public void run(Stage stage) throws Exception {
        Optional<String> session = stage.option(CHILD);
        if (session.isPresent()) {
            workUntilKilled(stage, session.get());
            return;
        }
        String trip = Names.fresh("trip");
        stage.heading(
                "A process works on three branches, with " + stage.models().description());
        Process child = startChild(stage, trip);
        awaitCrashPoint(stage, child);
        stage.say("kill -9 %d", child.pid());
        child.destroyForcibly();
        stage.say("the process is dead, exit status %d", child.waitFor());
        resume(stage, trip);
    }

    /** Two branches finish; the third begins its work and never ends it. */
    private static void workUntilKilled(Stage stage, String trip) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                AgentSessions sessions = AgentSessions.of(streams)) {
            sessions.session(trip).append(UserMessage.from("We want to go to Passau."), AiMessage.from("Noted."));
            BranchAgent agent = agent(stage, sessions);
            CountDownLatch othersDone = new CountDownLatch(2);
            fanOut(sessions, trip, (branch, task) -> {
                if (branch.info().label().equals(STUCK)) {
                    branch.append(UserMessage.from(task));
                    othersDone.await();
                    stage.say("%s%s", IN_THE_MIDDLE, STUCK);
                    new CountDownLatch(1).await();
                }
                Answer answer = agent.work(branch, task);
                stage.say("%s%s: %s", FINISHED, branch.info().label(), answer.text());
                othersDone.countDown();
                return answer;
            });
        }
    }

    private static void resume(Stage stage, String trip) {
        stage.heading("This process resumes the same fan-out");
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                AgentSessions sessions = AgentSessions.of(streams)) {
            BranchAgent agent = agent(stage, sessions);
            FanOutResult result = fanOut(sessions, trip, (branch, task) -> {
                stage.say("working on %s", branch.info().label());
                return agent.work(branch, task);
            });
            for (Finished each : result.finished()) {
                stage.say(
                        "%-6s %s %s",
                        each.label(), each.resumed() ? "(was finished before) " : "(done now)", each.answer());
            }
            stage.heading("The tree; the half-done branch stays readable");
            new TreePrinter(stage, sessions).tree(trip);
        }
    }

    private static FanOutResult fanOut(AgentSessions sessions, String trip, BranchAgent agent) {
        AgentSession session = sessions.session(trip);
        return FanOut.builder(session)
                .id(FAN_OUT)
                .agent(agent)
                .branch("boat", "What is the price of 'the boat to Passau'?")
                .branch("train", "What is the price of 'the train to Passau'?")
                .branch(STUCK, "What is the price of 'the bike to Passau'?")
                .build()
                .run();
    }

    private static BranchAgent agent(Stage stage, AgentSessions sessions) {
        return ModelAgent.builder(sessions, stage.models().chat())
                .tools(new TravelDesk())
                .build();
    }

    private static Process startChild(Stage stage, String trip) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", // as the manifest says to whoever starts the jar
                        "-cp",
                        System.getProperty("java.class.path"),
                        Examples.class.getName(),
                        "crash-and-resume",
                        "--data-dir",
                        stage.dataDir().toString(),
                        CHILD,
                        trip)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitCrashPoint(Stage stage, Process child) throws IOException {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                stage.say("  child: %s", line);
                if (line.startsWith(IN_THE_MIDDLE)) {
                    return;
                }
            }
        }
        throw new IllegalStateException("the child ended by itself");
    }
}
