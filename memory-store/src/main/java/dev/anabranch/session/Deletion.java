package dev.anabranch.session;

import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Deletes sessions. */
final class Deletion {

    private final SessionWorld world;

    Deletion(SessionWorld world) {
        this.world = world;
    }

    /** Deletes one session; false if there was none. A line that was left over is removed all the same. */
    boolean delete(StreamSession session, Deadline deadline) {
        SessionLog log = session.log();
        Optional<SessionRecord> deleted = Optional.empty();
        deadline.lock(log.lock());
        try {
            Optional<SessionRecord> record = session.line().recordInStream(deadline);
            if (record.isPresent()) {
                deleteAccount(session, deadline);
                deleteStream(log, record.get(), deadline);
                deleted = record;
            }
            log.noteLook(null);
        } finally {
            log.lock().unlock();
        }
        Optional<SessionRecord> listed = deleted.or(() -> world.directory()
                .look(deadline, state -> state.line(session.id()).map(DirectoryState.Line::record)));
        world.directory().remove(listed.stream().toList(), deadline);
        return deleted.isPresent();
    }

    /** A tree's account goes with the session that the tree begins with; before it, so that a retry finds both. */
    private void deleteAccount(StreamSession session, Deadline deadline) {
        boolean isRoot = world.directory()
                .look(
                        deadline,
                        state -> state.line(session.id())
                                .flatMap(line -> state.parent(line.record()))
                                .isEmpty());
        if (isRoot) {
            deadline.retry(() -> deadline.streams().delete(world.names().usage(session.id())));
        }
    }

    private void deleteStream(SessionLog log, SessionRecord record, Deadline deadline) {
        StreamName name = log.name();
        int next = log.generation() + 1;
        if (!record.idGenerated()) {
            world.generations().advance(log.id(), next, deadline);
        }
        try {
            deadline.retry(() -> deadline.streams().delete(name));
        } catch (StreamGoneException alreadyDeleted) {
            // An attempt whose answer was lost, or someone else: either way it is deleted.
            log.forget();
        }
        log.forget();
        if (!record.idGenerated()) {
            log.goOnAs(next);
        }
    }

    /** Deletes the tree of a session, branches before what they were forked from. */
    List<String> deleteTree(StreamSession session, Deadline deadline) {
        session.line().requireListed(deadline);
        List<String> ids = world.directory().look(deadline, state -> {
            DirectoryState.Line line =
                    state.line(session.id()).orElseThrow(() -> new SessionNotFoundException(session.id()));
            DirectoryState.Line root = state.line(state.rootOf(line.record())).orElse(line);
            List<String> all = new ArrayList<>(
                    state.subtree(root).stream().map(each -> each.record().id()).toList());
            Collections.reverse(all);
            return all;
        });
        List<String> deleted = new ArrayList<>();
        for (String id : ids) {
            if (delete(new StreamSession(world, id), world.deadline())) {
                deleted.add(id);
            }
        }
        return deleted;
    }
}
