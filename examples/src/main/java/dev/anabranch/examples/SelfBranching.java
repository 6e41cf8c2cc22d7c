package dev.anabranch.examples;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.tools.SessionTools;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;

/** An agent that has the tools, and branches its own session. */
final class SelfBranching implements Example {

    @Override
    public String summary() {
        return "an agent that calls branch_session and run_branches itself";
    }

    @Override
    public void run(Stage stage) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(stage.dataDir());
                DurableStreamChatMemoryStore store =
                        DurableStreamChatMemoryStore.builder().streams(streams).build()) {
            AgentSessions sessions = store.sessions();
            SessionTools tools = SessionTools.builder(sessions)
                    .chatModel(stage.models().chat())
                    .build();
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(stage.models().chat())
                    .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
                            .id(id)
                            .maxMessages(50)
                            .chatMemoryStore(store)
                            .build())
                    .tools(tools)
                    .build();

            AgentSession trip = sessions.session(Names.fresh("trip"));
            stage.heading("An agent with the tools, on " + stage.models().description());
            say(stage, assistant, trip, "We have 500 euros. The boat costs 240 euros. The train costs 80 euros.");
            say(stage, assistant, trip, "Please branch the session as 'before booking'.");
            say(stage, assistant, trip, "Book the boat.");
            say(
                    stage,
                    assistant,
                    trip,
                    "Now run branches for {\"tasks\":[{\"label\":\"train\",\"task\":\"Book the train.\"},"
                            + "{\"label\":\"money\",\"task\":\"How many euros are left?\"}]}");
            say(stage, assistant, trip, "How many euros are left?");

            stage.heading("What stands in its session");
            TreePrinter printer = new TreePrinter(stage, sessions);
            printer.history(trip);
            stage.heading("The tree");
            printer.tree(trip.id());
        }
    }

    private static void say(Stage stage, Assistant assistant, AgentSession session, String text) {
        stage.say("you: %s", text);
        stage.say("  -> %s", assistant.chat(session.id(), text));
    }
}
