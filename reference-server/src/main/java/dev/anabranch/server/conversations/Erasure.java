package dev.anabranch.server.conversations;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.access.StreamAccess;
import dev.anabranch.server.conversations.Removals.Kind;
import dev.anabranch.server.conversations.Removals.Note;
import dev.anabranch.server.conversations.Removals.Removal;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Erases a conversation: everything that stems from the same first stream, other users' branches and forks of its
 * streams under other names included, for they share its history; the words of agents that answered in it; and what the
 * directory says of it. When it is done, no file of the store holds any of it.
 */
final class Erasure {

    private static final int MESSAGES = 1_000;

    private final AgentSessions sessions;
    private final Memberships memberships;
    private final Deletions deletions;
    private final Removals removals;
    private final SessionSearch search;
    private final StreamEngine engine;

    Erasure(
            AgentSessions sessions,
            Memberships memberships,
            Deletions deletions,
            Removals removals,
            SessionSearch search,
            StreamEngine engine) {
        this.sessions = sessions;
        this.memberships = memberships;
        this.deletions = deletions;
        this.removals = removals;
        this.search = search;
        this.engine = engine;
    }

    /**
     * What was erased.
     *
     * @param streams those that belonged to no conversation but shared its history
     * @param directoryLines lines of the directory that were blanked
     * @param entries messages
     * @param bytes of those messages, as JSON
     * @param alsoCopiedTo messages of other trees that were brought forward from these conversations, and stay
     */
    record Erased(
            List<String> conversationIds,
            List<String> streams,
            int directoryLines,
            int entries,
            long bytes,
            List<Copies.Copy> alsoCopiedTo) {
        Erased {
            alsoCopiedTo = List.copyOf(alsoCopiedTo);
            conversationIds = List.copyOf(conversationIds);
            streams = List.copyOf(streams);
        }
    }

    /** Erases the tree of a session. Takes time in proportion to the store. */
    Erased erase(String id) {
        try {
            sessions.session(id);
        } catch (IllegalArgumentException none) {
            throw Conversations.notFound();
        }
        StreamName stream = sessions.find(id).orElseThrow(Conversations::notFound).stream();
        Removal doomed = familyOf(stream);
        Content content = new Content();
        doomed.sessions().keySet().forEach(content::count);
        List<Copies.Copy> copies =
                new Copies(sessions).elsewhere(doomed.sessions().keySet());
        Note note = removals.begin(doomed);
        int lines = carryOut(note);
        return new Erased(
                List.copyOf(doomed.sessions().keySet()),
                doomed.streams().keySet().stream()
                        .filter(name -> StreamAccess.sessionOf(name).isEmpty())
                        .map(StreamName::value)
                        .toList(),
                lines,
                content.entries,
                content.bytes,
                copies);
    }

    /** Finishes what an earlier process left half done. To be called once, before anyone else gets in. */
    void recover() {
        for (Note note : removals.unfinished()) {
            if (note.removal().kind() == Kind.ERASURE) {
                carryOut(note);
            }
        }
    }

    private Removal familyOf(StreamName stream) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        Map<StreamName, Long> streams = new LinkedHashMap<>();
        for (StreamName name : engine.family(stream)) {
            engine.status(name).ifPresent(status -> streams.put(name, status.streamId()));
            if (StreamAccess.isSession(name)) {
                StreamAccess.sessionOf(name)
                        .flatMap(sessions::find)
                        .map(AgentSession::info)
                        .filter(info -> sessions.stream(info.id()).equals(name))
                        .ifPresent(info -> ids.put(info.id(), info.generation()));
            }
        }
        return new Removal(Kind.ERASURE, ids, streams);
    }

    /** Every step may be done twice. Returns how many lines of the directory were blanked. */
    private int carryOut(Note note) {
        Removal doomed = note.removal();
        List<String> gone = new ArrayList<>();
        doomed.sessions().forEach((id, generation) -> {
            search.drop(id);
            if (deletions.isOrWas(id, generation)) {
                deletions.delete(id);
                gone.add(id);
            }
        });
        doomed.streams().forEach(this::deleteStream);
        memberships.forget(gone);
        int lines = new DirectoryRedaction(engine, sessions.directory()).blank(doomed.sessions());
        engine.purge();
        removals.finish(note);
        return lines;
    }

    /** What is no session, and what is left of sessions that lack a line in the directory. */
    private void deleteStream(StreamName name, long streamId) {
        try {
            boolean isTheSame = engine.status(name)
                    .filter(status -> status.streamId() == streamId)
                    .isPresent();
            if (isTheSame) {
                engine.delete(name).join();
            }
        } catch (StreamGoneException | CompletionException gone) {
            if (gone instanceof CompletionException && !(gone.getCause() instanceof StreamGoneException)) {
                throw gone;
            }
        }
    }

    /** The messages of sessions, each once. */
    private final class Content {

        private final Set<String> seen = new HashSet<>();
        private int entries;
        private long bytes;

        /** Reads what a session has itself, and all of it if its parent is gone. */
        void count(String id) {
            AgentSession session = sessions.session(id);
            SessionInfo info = session.info();
            int next = Copies.ownFrom(info);
            while (true) {
                HistoryPage page = session.history(next, MESSAGES);
                page.messages().forEach(this::add);
                if (page.isLast() || page.nextIndex() <= next) {
                    return;
                }
                next = page.nextIndex();
            }
        }

        private void add(HistoryMessage message) {
            if (seen.add(message.id())) {
                entries++;
                bytes += message.json().getBytes(StandardCharsets.UTF_8).length;
            }
        }
    }
}
