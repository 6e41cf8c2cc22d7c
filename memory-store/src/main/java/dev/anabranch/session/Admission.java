package dev.anabranch.session;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists branches whose streams others make by the protocol alone, so that they count like any other. */
final class Admission {

    /*
     * Whoever forks through this library has listed the branch before its stream is made: such a branch is judged as
     * it stands, itself included, and is not listed again. Of several that were listed at the same time, each sees all
     * those before it, so no more of them pass than the guard allows.
     */

    private final SessionWorld world;

    Admission(SessionWorld world) {
        this.world = world;
    }

    /** Whether the branch was listed by this call. */
    boolean admit(StreamSession parent, String id, ForkOptions options) {
        Deadline deadline = world.deadline();
        boolean isListed = world.directory()
                .look(deadline, state -> state.line(parent.id()).isPresent());
        if (!isListed) {
            parent.line().requireListed(deadline);
        }
        new Forks(world, parent).checkExpired(deadline);
        int generation = world.generations().latest(id, deadline);
        return world.directory().change(deadline, state -> plan(state, parent.id(), id, generation, options));
    }

    private Directory.Change<Boolean> plan(
            DirectoryState state, String parent, String id, int generation, ForkOptions options) {
        DirectoryState.Line from = state.line(parent).orElseThrow(() -> new SessionNotFoundException(parent));
        Optional<SessionRecord> known = state.line(id).map(DirectoryState.Line::record);
        if (known.isPresent()) {
            if (known.get().forkedFrom().filter(parent::equals).isEmpty()) {
                throw new SessionExistsException(id);
            }
            options.guard().check(new DirectoryAttempt(state, from, 0, world.now()));
            return new Directory.Change<>("insert", List.of(), false);
        }
        options.guard().check(new DirectoryAttempt(state, from, 1, world.now()));
        SessionRecord record = record(state, from.record(), id, generation, options);
        return new Directory.Change<>("insert", List.of(record), true);
    }

    private SessionRecord record(
            DirectoryState state, SessionRecord from, String id, int generation, ForkOptions options) {
        Set<String> labels = new HashSet<>();
        String root = state.rootOf(from);
        state.line(root)
                .ifPresent(top -> state.subtree(top)
                        .forEach(each -> labels.add(each.record().label())));
        return new SessionRecord(
                id,
                false,
                Forks.free(options.label().orElseGet(from::label), labels),
                Optional.of(from.id()),
                from.generation(),
                root,
                Optional.empty(),
                options.creator().or(from::creator),
                world.now(),
                false,
                options.scratch(),
                options.ttl().or(from::ttl),
                options.settings().orElseGet(() -> from.settings().inherited()),
                options.metadata(),
                generation);
    }
}
