package dev.anabranch.server.conversations;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Erases a conversation: everything that was ever forked from the same root, other users' branches included, for they
 * share its history. When it is done, no file of the store holds any of it.
 */
public final class Erasure {

    private static final int NAMES = 500;

    private final AgentSessions sessions;
    private final Memberships memberships;
    private final SessionSearch search;
    private final StreamEngine engine;

    public Erasure(AgentSessions sessions, Memberships memberships, SessionSearch search, StreamEngine engine) {
        this.sessions = sessions;
        this.memberships = memberships;
        this.search = search;
        this.engine = engine;
    }

    /**
     * What was erased.
     *
     * @param entries messages
     * @param bytes of those messages, as JSON
     */
    public record Erased(List<String> conversationIds, int entries, long bytes) {
        public Erased {
            conversationIds = List.copyOf(conversationIds);
        }
    }

    /** Erases the tree of a session. Takes time in proportion to the store. */
    Erased erase(String id) {
        try {
            sessions.session(id);
        } catch (IllegalArgumentException none) {
            throw Conversations.notFound();
        }
        AgentSession session = sessions.find(id).orElseThrow(Conversations::notFound);
        List<String> ids = new ArrayList<>(sessions.tree(session.id()).sessions().stream()
                .map(SessionInfo::id)
                .toList());
        int entries = 0;
        long bytes = 0;
        for (String member : ids) {
            for (HistoryMessage message : sessions.session(member).history()) {
                if (!message.inherited()) {
                    entries++;
                    bytes += message.json().getBytes(StandardCharsets.UTF_8).length;
                }
            }
        }
        Collections.reverse(ids);
        for (String member : ids) {
            deleteTurns(member);
            sessions.session(member).delete();
            search.drop(member);
        }
        memberships.forget(ids);
        engine.purge();
        return new Erased(ids, entries, bytes);
    }

    private void deleteTurns(String session) {
        Optional<StreamName> after = Optional.empty();
        List<StreamName> names;
        do {
            names = engine.names("turns/" + session + "/", after, NAMES);
            for (StreamName name : names) {
                engine.delete(name).join();
                after = Optional.of(name);
            }
        } while (names.size() == NAMES);
    }
}
