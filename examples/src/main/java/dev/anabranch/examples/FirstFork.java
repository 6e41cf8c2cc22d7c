package dev.anabranch.examples;

import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent plans a trip. After its second answer the session is forked twice, and all three go on. The sessions lie on
 * the bundled server, which runs in this process and is talked to over HTTP, as it would be from anywhere.
 */
final class FirstFork implements Example {

    private static final int WINDOW = 100;

    @Override
    public String summary() {
        return "an agent's session, forked into two branches in the middle; all three go on";
    }

    @Override
    public void run(Stage stage) {
        ServerOptions options = ServerOptions.DEFAULTS.withPort(0).withDataDir(stage.dataDir());
        try (AnabranchServer server = AnabranchServer.start(options);
                DurableStreams streams = HttpDurableStreams.connect(server.uri().resolve("/v1/stream"));
                AgentSessions sessions = AgentSessions.of(streams)) {
            stage.say("model    %s", stage.models().description());
            stage.say("server   %s", server.uri());
            stage.say("folder   %s", stage.dataDir().toAbsolutePath());
            List<AgentSession> conversation = converse(stage, streams, sessions);
            TreePrinter printer = new TreePrinter(stage, sessions);
            for (AgentSession session : conversation) {
                stage.heading(session.info().label());
                printer.history(session);
            }
            prove(stage, streams, conversation);
            stage.heading("The tree");
            printer.tree(conversation.get(0).id());
        }
    }

    /** Runs the conversation on any streams, and answers the session and its two branches. */
    static List<AgentSession> converse(Stage stage, DurableStreams streams, AgentSessions sessions) {
        DurableStreamChatMemoryStore store =
                DurableStreamChatMemoryStore.builder().streams(streams).build();
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(stage.models().chat())
                .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
                        .id(id)
                        .maxMessages(WINDOW)
                        .chatMemoryStore(store)
                        .build())
                .systemMessage("You plan trips. Be brief.")
                .tools(new TravelDesk())
                .build();

        AgentSession trip = sessions.session(freeId(sessions, "trip"));
        assistant.chat(trip.id(), "My name is Ada. I have 600 euros.");
        assistant.chat(trip.id(), "What is the price of the boat to Passau?");

        AgentSession train = trip.fork(ForkPoint.now(), "by train");
        AgentSession bike = trip.fork(ForkPoint.now(), "by bike");

        assistant.chat(trip.id(), "Book it. How much is left?");
        assistant.chat(train.id(), "What is the price of the train to Passau?");
        assistant.chat(bike.id(), "What is the price of a bike? And the price of a tent?");
        assistant.chat(train.id(), "Book it. How much is left?");
        assistant.chat(bike.id(), "Book a bike. Book a tent. How much is left?");
        for (AgentSession each : List.of(trip, train, bike)) {
            assistant.chat(each.id(), "What is my name? What have I booked?");
        }
        return List.of(trip, train, bike);
    }

    /** The first of {@code name}, {@code name-2}, {@code name-3}, … that no session has. */
    private static String freeId(AgentSessions sessions, String name) {
        for (int number = 1; ; number++) {
            String id = number == 1 ? name : name + "-" + number;
            if (sessions.find(id).isEmpty()) {
                return id;
            }
        }
    }

    /** What is stored where: the server's own offsets and bytes. */
    private static void prove(Stage stage, DurableStreams streams, List<AgentSession> conversation) {
        stage.heading("The shared part is stored once");
        AgentSession trip = conversation.get(0);
        List<HistoryMessage> shared = conversation.get(1).history().stream()
                .filter(HistoryMessage::inherited)
                .toList();
        for (HistoryMessage message : shared) {
            boolean same = conversation.stream()
                    .allMatch(session -> session.message(message.id())
                            .map(HistoryMessage::offset)
                            .filter(message.offset()::equals)
                            .isPresent());
            stage.say(
                    "  offset %s %s  %s",
                    message.offset(), same ? "in all three" : "DIFFERS", TreePrinter.text(message));
        }
        stage.say("");
        for (AgentSession session : conversation) {
            Offset from = session.equals(trip)
                    ? Offset.BEGINNING
                    : session.info().forkPoint().orElseThrow().offset();
            Part served = read(streams, session.stream(), Offset.BEGINNING);
            Part own = read(streams, session.stream(), from);
            stage.say(
                    "  %-10s serves %2d entries (%5d bytes); its own are %2d (%5d bytes)",
                    session.info().label(), served.entries, served.bytes, own.entries, own.bytes);
        }
    }

    private record Part(int entries, long bytes) {}

    private static Part read(DurableStreams streams, StreamName name, Offset from) {
        List<Payload> entries = new ArrayList<>();
        StreamPage page = streams.read(name, from);
        while (true) {
            entries.addAll(page.messages());
            if (page.upToDate()) {
                return new Part(
                        entries.size(),
                        entries.stream().mapToLong(Payload::size).sum());
            }
            page = streams.read(name, page.next());
        }
    }
}
