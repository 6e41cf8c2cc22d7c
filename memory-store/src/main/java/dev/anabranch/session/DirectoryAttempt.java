package dev.anabranch.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** A {@link ForkAttempt} on the directory as this process has just read it. */
final class DirectoryAttempt implements ForkAttempt {

    private static final Duration RECENT = Duration.ofMinutes(10);

    private final DirectoryState state;
    private final DirectoryState.Line parent;
    private final int count;
    private final Instant now;

    DirectoryAttempt(DirectoryState state, DirectoryState.Line parent, int count, Instant now) {
        this.state = state;
        this.parent = parent;
        this.count = count;
        this.now = now;
    }

    @Override
    public SessionInfo parent() {
        return state.info(parent);
    }

    @Override
    public List<SessionInfo> ancestors() {
        return state.infos(state.ancestors(parent.record()));
    }

    @Override
    public List<SessionInfo> siblings() {
        return children(parent.record().id());
    }

    @Override
    public List<SessionInfo> tree() {
        DirectoryState.Line root = state.line(state.rootOf(parent.record())).orElse(parent);
        return state.subtree(root).stream()
                .sorted(Comparator.comparingLong(DirectoryState.Line::number))
                .map(state::info)
                .toList();
    }

    @Override
    public List<SessionInfo> children(String id) {
        return state.infos(state.children(id));
    }

    @Override
    public List<Instant> recentForks() {
        return state.forksSince(state.rootOf(parent.record()), now.minus(RECENT));
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public Instant now() {
        return now;
    }
}
