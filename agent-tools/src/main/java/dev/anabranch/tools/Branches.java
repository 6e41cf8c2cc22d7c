package dev.anabranch.tools;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds branches by what a model calls them. Sees nothing outside the caller's own tree. */
final class Branches {

    private static final String KEY_PREFIX = "session:";
    private static final int NAMED_MAX = 20;

    private final AgentSessions sessions;

    Branches(AgentSessions sessions) {
        this.sessions = sessions;
    }

    static String key(String id) {
        return KEY_PREFIX + id;
    }

    /** Every session of the caller's tree, each before its branches. */
    List<SessionInfo> treeOf(AgentSession caller) {
        try {
            return sessions.tree(caller.id()).sessions();
        } catch (SessionNotFoundException noSession) {
            throw noSession(caller);
        }
    }

    static ToolRefusal noSession(AgentSession caller) {
        return new ToolRefusal(
                "no_session",
                "this conversation has no durable session '" + caller.id()
                        + "' yet, so there is nothing to branch. Go on without branches.");
    }

    /** Finds the session that {@code name} means, or refuses with those that there are. */
    AgentSession find(AgentSession caller, String name) {
        List<SessionInfo> tree = treeOf(caller);
        String wanted = name.strip();
        String word = wanted.toLowerCase(Locale.ROOT);
        if (word.equals("this") || word.equals("current") || word.equals("self")) {
            return caller;
        }
        String id = wanted.startsWith(KEY_PREFIX) ? wanted.substring(KEY_PREFIX.length()) : wanted;
        Optional<SessionInfo> byId = tree.stream()
                .filter(info -> info.id().equals(id) || info.id().equals(wanted))
                .findFirst();
        if (byId.isPresent()) {
            return sessions.session(byId.get().id());
        }
        if (word.equals("parent")) {
            return parentOf(caller, tree);
        }
        List<SessionInfo> labelled = tree.stream()
                .filter(info -> !info.scratch() && info.label().equalsIgnoreCase(wanted))
                .toList();
        if (labelled.size() == 1) {
            return sessions.session(labelled.get(0).id());
        }
        if (labelled.size() > 1) {
            throw new ToolRefusal(
                    "ambiguous_branch",
                    "several branches are called '" + wanted + "'. Use a sessionKey: " + names(labelled) + ".");
        }
        throw new ToolRefusal(
                "no_such_branch", "there is no branch '" + wanted + "' here. There are: " + names(tree) + ".");
    }

    private AgentSession parentOf(AgentSession caller, List<SessionInfo> tree) {
        return tree.stream()
                .filter(info -> info.id().equals(caller.id()))
                .findFirst()
                .flatMap(SessionInfo::parent)
                .map(sessions::session)
                .orElseThrow(
                        () -> new ToolRefusal("no_such_branch", "this conversation was not forked from another one."));
    }

    private static String names(List<SessionInfo> tree) {
        String names = tree.stream()
                .filter(info -> !info.scratch())
                .limit(NAMED_MAX)
                .map(info -> "'" + info.label() + "' (" + key(info.id()) + ")")
                .collect(Collectors.joining(", "));
        return tree.size() > NAMED_MAX ? names + ", and more (list_branches)" : names;
    }
}
