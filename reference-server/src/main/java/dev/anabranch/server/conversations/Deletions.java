package dev.anabranch.server.conversations;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.conversations.Removals.Kind;
import dev.anabranch.server.conversations.Removals.Note;
import dev.anabranch.server.conversations.Removals.Removal;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Deletes conversations, one or whole trees. Safe for use by many threads. */
final class Deletions {

    private static final String TURNS = "turns/";
    private static final int NAMES = 500;

    private final AgentSessions sessions;
    private final Memberships memberships;
    private final Removals removals;
    private final StreamEngine engine;
    private final Consumer<String> halt;

    /**
     * Deletions of these sessions.
     *
     * @param engine what the sessions, and the turns of agents in them, lie on
     * @param halt ends what an agent is doing in a session, which would bring the session back
     */
    Deletions(
            AgentSessions sessions,
            Memberships memberships,
            Removals removals,
            StreamEngine engine,
            Consumer<String> halt) {
        this.sessions = sessions;
        this.memberships = memberships;
        this.removals = removals;
        this.engine = engine;
        this.halt = halt;
    }

    /** Deletes one session; its branches keep their members. False if there was none. */
    boolean one(String id) {
        boolean existed = delete(id);
        memberships.forget(List.of(id));
        return existed;
    }

    /** Deletes sessions that belong together, in this order. If it is interrupted, the next start finishes it. */
    void all(List<SessionInfo> doomed) {
        Map<String, Integer> generations = new LinkedHashMap<>();
        doomed.forEach(session -> generations.put(session.id(), session.generation()));
        Note note = removals.begin(Removal.ofTree(generations));
        doomed.forEach(session -> delete(session.id()));
        memberships.forget(generations.keySet());
        removals.finish(note);
    }

    /** Finishes what an earlier process left half done. To be called once, before anyone else gets in. */
    void recover() {
        for (Note note : removals.unfinished()) {
            if (note.removal().kind() == Kind.TREE) {
                List<String> gone = new ArrayList<>();
                note.removal().sessions().forEach((id, generation) -> {
                    if (isOrWas(id, generation)) {
                        delete(id);
                        gone.add(id);
                    }
                });
                memberships.forget(gone);
                removals.finish(note);
            }
        }
    }

    /** Deletes a session as part of something that is noted elsewhere. */
    boolean delete(String id) {
        halt.accept(id);
        sessions.find(id).ifPresent(session -> session.children().forEach(child -> memberships.keep(child.id())));
        memberships.noteMembers(id);
        deleteTurns(id);
        return sessions.session(id).delete();
    }

    /** What the agent was asked and said in it. Whoever is given the id next must not find it. */
    private void deleteTurns(String session) {
        Optional<StreamName> after = Optional.empty();
        List<StreamName> names;
        do {
            names = engine.names(TURNS + session + "/", after, NAMES);
            for (StreamName name : names) {
                engine.delete(name).join();
                after = Optional.of(name);
            }
        } while (names.size() == NAMES);
    }

    /** Whether the id stands for the session of this generation, or for none. */
    boolean isOrWas(String id, int generation) {
        Optional<Integer> now = sessions.find(id).map(session -> session.info().generation());
        return now.isEmpty() || now.get() == generation;
    }
}
