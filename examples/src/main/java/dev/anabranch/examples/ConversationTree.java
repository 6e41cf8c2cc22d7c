package dev.anabranch.examples;

import dev.anabranch.compare.Comparison;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Branch;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;

/** A conversation that is branched at an earlier message, and one that goes back and on from there. */
final class ConversationTree implements Example {

    private static final int COLUMNS = 100;

    @Override
    public String summary() {
        return "a conversation tree: branch at an earlier message, compare, and rewind";
    }

    @Override
    public void run(Stage stage) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                DurableStreamChatMemoryStore store =
                        DurableStreamChatMemoryStore.builder().streams(streams).build()) {
            AgentSessions sessions = store.sessions();
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(stage.models().chat())
                    .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
                            .id(id)
                            .maxMessages(50)
                            .chatMemoryStore(store)
                            .build())
                    .build();
            talk(stage, sessions, assistant);
        }
    }

    private static void talk(Stage stage, AgentSessions sessions, Assistant assistant) {
        AgentSession trip = sessions.session(Names.fresh("trip"));
        stage.heading("A conversation with " + stage.models().description());
        say(stage, assistant, trip, "We have 500 euros. The boat costs 240 euros. The train costs 80 euros.");
        say(stage, assistant, trip, "Book the boat.");
        String booking = lastUserMessage(trip);

        stage.heading("Another way from the same point: a branch before the booking");
        AgentSession byTrain = trip.fork(ForkPoint.before(booking), "by train");
        say(stage, assistant, byTrain, "Book the train.");
        say(stage, assistant, byTrain, "How many euros are left?");

        stage.heading("Both, side by side");
        stage.say("%s", Comparison.of(trip, byTrain).text(COLUMNS).stripTrailing());

        stage.heading("The first conversation knows nothing of it");
        say(stage, assistant, trip, "How many euros are left?");

        stage.heading("Rewind: the conversation itself goes back, and a branch keeps what it leaves");
        Branch abandoned = trip.rewind(ForkPoint.before(booking));
        say(stage, assistant, trip, "How many euros are left?");
        stage.say("what was left is in '%s'", abandoned.info().label());

        stage.heading("The tree");
        new TreePrinter(stage, sessions).tree(trip.id());
    }

    private static void say(Stage stage, Assistant assistant, AgentSession session, String text) {
        stage.say("you: %s", text);
        stage.say("  -> %s", assistant.chat(session.id(), text));
    }

    private static String lastUserMessage(AgentSession session) {
        return session.history().stream()
                .filter(message -> message.role().equals("USER"))
                .reduce((earlier, later) -> later)
                .map(HistoryMessage::id)
                .orElseThrow();
    }
}
