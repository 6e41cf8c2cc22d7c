package dev.anabranch.session;

import dev.anabranch.entry.EntryWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes a session back to an earlier point, by an append. */
final class Rewind {

    private final SessionWorld world;
    private final StreamSession session;
    private final SessionLog log;
    private final ForkPoints points;

    Rewind(SessionWorld world, StreamSession session) {
        this.world = world;
        this.session = session;
        this.log = session.log();
        this.points = new ForkPoints(world, session.log());
    }

    /** Makes the window what it was at {@code point}; answers a branch that keeps the session as it was. */
    Branch to(ForkPoint point) {
        Deadline deadline = world.deadline();
        ForkCut cut = points.resolve(point, OpenToolCalls.SNAP_BACK, deadline);
        List<String> target = points.stateAt(cut, deadline).window().stream()
                .map(WindowMessage::id)
                .toList();
        Branch kept = session.fork(ForkOptions.DEFAULTS
                .withLabel(session.info().label() + " (before rewind)")
                .withOpenToolCalls(OpenToolCalls.ANSWER));
        deadline.lock(log.lock());
        try {
            log.write(
                    deadline,
                    () -> {
                        throw new SessionNotFoundException(session.id());
                    },
                    state -> planRewind(state, target));
        } finally {
            log.lock().unlock();
        }
        return kept;
    }

    private SessionLog.Change<Boolean> planRewind(SessionState state, List<String> target) {
        EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
        Set<String> stay = new HashSet<>(target);
        for (WindowMessage message : state.window()) {
            if (!stay.contains(message.id())) {
                writer.evicted(message.id(), "rewind");
            }
        }
        for (int i = 0; i < target.size(); i++) {
            if (state.inWindow(target.get(i)) == null) {
                Optional<String> next = target.subList(i + 1, target.size()).stream()
                        .filter(id -> state.inWindow(id) != null)
                        .findFirst();
                writer.broughtBack(target.get(i), next);
            }
        }
        return new SessionLog.Change<>(writer.entries(), now -> true);
    }
}
