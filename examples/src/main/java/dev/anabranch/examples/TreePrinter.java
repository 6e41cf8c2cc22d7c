package dev.anabranch.examples;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionTree;
import dev.langchain4j.data.message.AiMessage;
import java.util.List;
import java.util.stream.Collectors;

/** Prints trees of sessions, and what was said in them. */
final class TreePrinter {

    private static final int TEXT_MAX = 96;

    private final Stage stage;
    private final AgentSessions sessions;

    TreePrinter(Stage stage, AgentSessions sessions) {
        this.stage = stage;
        this.sessions = sessions;
    }

    /** The whole tree that a session belongs to. */
    void tree(String sessionId) {
        SessionTree tree = sessions.tree(sessionId);
        stage.say("%s", line(tree.session()));
        branches(tree.children(), "");
    }

    private void branches(List<SessionTree> branches, String indent) {
        for (int i = 0; i < branches.size(); i++) {
            boolean last = i == branches.size() - 1;
            SessionTree branch = branches.get(i);
            stage.say("%s%s%s", indent, last ? "└── " : "├── ", line(branch.session()));
            branches(branch.children(), indent + (last ? "    " : "│   "));
        }
    }

    private String line(SessionInfo session) {
        int messages = sessions.session(session.id()).history().size();
        String forked = session.forkPoint()
                .map(point -> " fork@" + point.messageCount())
                .orElse("");
        return session.label() + forked + " · " + messages + " messages · " + session.id();
    }

    /** Every message of a session, evicted or not; those that a branch shares with its parent are marked. */
    void history(AgentSession session) {
        for (HistoryMessage message : session.history()) {
            stage.say("  %s %-6s %s", message.inherited() ? "┊" : "│", message.role(), text(message));
        }
    }

    static String text(HistoryMessage message) {
        String text = message.message()
                .filter(AiMessage.class::isInstance)
                .map(AiMessage.class::cast)
                .filter(AiMessage::hasToolExecutionRequests)
                .map(call -> call.toolExecutionRequests().stream()
                        .map(request -> request.name() + " " + request.arguments())
                        .collect(Collectors.joining(", ", "calls ", "")))
                .orElse(message.text());
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= TEXT_MAX ? line : line.substring(0, TEXT_MAX - 1) + "…";
    }
}
