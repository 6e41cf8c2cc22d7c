package dev.anabranch.examples;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.FanOut;
import dev.anabranch.branch.FanOutResult;
import dev.anabranch.branch.Judge;
import dev.anabranch.branch.ModelAgent;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.forward.BringForward;
import dev.anabranch.forward.Brought;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Specialists who work at the same time, each in a branch; a judge; and the best answer brought home. */
final class Specialists implements Example {

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    @Override
    public String summary() {
        return "specialists in parallel branches, a judge, and the best answer brought forward";
    }

    @Override
    public void run(Stage stage) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                AgentSessions sessions = AgentSessions.of(streams)) {
            AgentSession trip = sessions.session(Names.fresh("trip"));
            trip.append(
                    UserMessage.from("We have 500 euros and want to go to Passau."),
                    AiMessage.from("You have 500 euros to spend."));

            stage.heading(
                    "Three branches of one conversation, with " + stage.models().description());
            ModelAgent specialist = ModelAgent.builder(sessions, stage.models().chat())
                    .tools(new TravelDesk())
                    .build();
            FanOutResult result = FanOut.builder(trip)
                    .agent(specialist)
                    .branch("boat", "What is the price of 'the boat to Passau'?")
                    .branch("train", "What is the price of 'the train to Passau'?")
                    .branch("bike", "What is the price of 'the bike to Passau'?")
                    .judge(judge(stage))
                    .build()
                    .run();
            result.finished()
                    .forEach(answer -> stage.say(
                            "%-6s %s (%d ms)",
                            answer.label(), answer.answer(), answer.took().toMillis()));
            result.judgeProblem().ifPresent(problem -> stage.say("the judge gave up: %s", problem));
            result.best().ifPresent(best -> home(stage, sessions, trip, best, specialist));

            stage.heading("The tree");
            new TreePrinter(stage, sessions).tree(trip.id());
        }
    }

    /** Offline, the lowest price wins; a real model is asked. */
    private static Judge judge(Stage stage) {
        return stage.models().offline()
                ? Judge.scoring(answer -> -price(answer))
                : Judge.model(stage.models().chat(), "the cheapest way to travel first");
    }

    private static int price(Finished answer) {
        Matcher number = NUMBER.matcher(answer.answer());
        return number.find() ? Integer.parseInt(number.group()) : Integer.MAX_VALUE;
    }

    private static void home(
            Stage stage, AgentSessions sessions, AgentSession trip, Finished best, ModelAgent specialist) {
        stage.say("best   %s", best.label());
        stage.heading("Its answer, brought into the conversation");
        Brought brought =
                BringForward.answer(sessions.session(best.sessionId())).into(trip);
        stage.say("%s", brought.message().text());
        stage.say("");
        stage.say("you: Book it.");
        stage.say("  -> %s", specialist.work(trip, "Book it.").text());
    }
}
