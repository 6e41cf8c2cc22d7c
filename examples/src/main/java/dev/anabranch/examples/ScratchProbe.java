package dev.anabranch.examples;

import dev.anabranch.branch.ModelAgent;
import dev.anabranch.branch.Scratch;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;

/** An agent does what it should not, and is questioned without noticing. */
final class ScratchProbe implements Example {

    @Override
    public String summary() {
        return "an agent that misbehaves, questioned in a scratch that leaves no trace";
    }

    @Override
    public void run(Stage stage) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                AgentSessions sessions = AgentSessions.of(streams)) {
            ModelAgent agent = ModelAgent.of(sessions, stage.models().chat());
            AgentSession trip = sessions.session(Names.fresh("trip"));

            stage.heading("An agent that does not book, on " + stage.models().description());
            say(stage, agent, trip, "We have 500 euros. The ferry costs 240 euros.");
            say(stage, agent, trip, "Book the boat.");

            stage.heading("Why? Questions in a scratch");
            try (Scratch scratch = Scratch.open(trip, agent)) {
                ask(stage, scratch, "What did I say that something costs?");
                ask(stage, scratch, "What have you booked?");
                stage.say(
                        "the scratch holds %d messages",
                        scratch.session().history().size());
            }

            stage.heading("The conversation goes on as if nothing had been asked");
            say(stage, agent, trip, "Book the ferry.");
            TreePrinter printer = new TreePrinter(stage, sessions);
            printer.history(trip);
            stage.heading("The tree");
            printer.tree(trip.id());
        }
    }

    private static void say(Stage stage, ModelAgent agent, AgentSession session, String text) {
        stage.say("you: %s", text);
        stage.say("  -> %s", agent.work(session, text).text());
    }

    private static void ask(Stage stage, Scratch scratch, String question) {
        Scratch.Reply reply = scratch.ask(question);
        stage.say("probe: %s", question);
        stage.say("  -> %s", reply.answer().orElseGet(() -> reply.outcome().toString()));
        stage.say(
                "     tail of the conversation before %s, after %s: %s",
                reply.parentBefore(), reply.parentAfter(), reply.parentUnchanged() ? "unchanged" : "CHANGED");
    }
}
