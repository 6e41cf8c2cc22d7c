package dev.anabranch.session;

import dev.anabranch.entry.EntryWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A session's own line in the directory, held in agreement with what the session's stream says. */
final class OwnLine {

    private final SessionWorld world;
    private final SessionLog log;

    OwnLine(SessionWorld world, SessionLog log) {
        this.world = world;
        this.log = log;
    }

    SessionInfo info(Deadline deadline) {
        requireListed(deadline);
        return read(deadline);
    }

    private SessionInfo read(Deadline deadline) {
        return world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(log.id())
                                .map(directory::info)
                                .orElseThrow(() -> new SessionNotFoundException(log.id())));
    }

    /** Makes sure that the directory knows the session, which it does unless its line was lost. */
    void requireListed(Deadline deadline) {
        Optional<SessionRecord> record = recordInStream(deadline);
        SessionRecord found = record.orElseThrow(() -> new SessionNotFoundException(log.id()));
        boolean isListed = world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(log.id())
                                .filter(line -> line.record().generation() == found.generation())
                                .isPresent());
        if (!isListed) {
            world.directory().add(found, deadline);
        }
    }

    /** What the session's own stream says it is; empty if there is no session. */
    Optional<SessionRecord> recordInStream(Deadline deadline) {
        return log.look(deadline, state -> state == null ? Optional.empty() : Optional.of(record(state)));
    }

    /** A stream that others made has no session entry: then the session is what can be said without one. */
    SessionRecord record(SessionState state) {
        if (state.record().isMissingNode()) {
            return SessionRecord.root(
                    log.id(), NewSession.DEFAULTS.withId(log.id()), Optional.empty(), Instant.EPOCH, log.generation());
        }
        return SessionRecord.fromJson(log.id(), state.record()).withGeneration(log.generation());
    }

    List<SessionInfo> ancestors(Deadline deadline) {
        requireListed(deadline);
        return world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(log.id())
                                .map(line -> directory.infos(directory.ancestors(line.record())))
                                .orElse(List.of()));
    }

    List<SessionInfo> children(Deadline deadline) {
        requireListed(deadline);
        List<DirectoryState.Line> lines = world.directory().look(deadline, directory -> directory.children(log.id()));
        List<DirectoryState.Line> there =
                world.directory().existing(lines, record -> StreamSessions.exists(world, record, deadline), deadline);
        return world.directory().look(deadline, directory -> directory.infos(there));
    }

    SessionInfo update(SessionUpdate update, Deadline deadline) {
        requireListed(deadline);
        SessionRecord changed = world.directory().change(deadline, directory -> {
            SessionRecord now = directory
                    .line(log.id())
                    .orElseThrow(() -> new SessionNotFoundException(log.id()))
                    .record();
            SessionRecord next = now.with(update);
            return new Directory.Change<>("update", next.equals(now) ? List.of() : List.of(next), next);
        });
        note(changed, deadline);
        return read(deadline);
    }

    /** So that a directory that was lost can be made again from the sessions. */
    private void note(SessionRecord record, Deadline deadline) {
        deadline.lock(log.lock());
        try {
            log.write(deadline, () -> record, state -> {
                EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
                if (!record(state).toJson().equals(record.toJson())) {
                    writer.session(log.id(), "update", record.toJson());
                }
                return new SessionLog.Change<>(writer.entries(), SessionState::tail);
            });
        } finally {
            log.lock().unlock();
        }
    }
}
