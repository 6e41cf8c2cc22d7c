package dev.anabranch.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session with its branches.
 *
 * @param children oldest first
 */
public record SessionTree(SessionInfo session, List<SessionTree> children) {

    public SessionTree {
        children = List.copyOf(children);
    }

    /** Every session of the tree, each before its branches. */
    public List<SessionInfo> sessions() {
        List<SessionInfo> all = new ArrayList<>();
        List<SessionTree> open = new ArrayList<>(List.of(this));
        while (!open.isEmpty()) {
            SessionTree next = open.remove(open.size() - 1);
            all.add(next.session);
            for (int i = next.children.size() - 1; i >= 0; i--) {
                open.add(next.children.get(i));
            }
        }
        return all;
    }

    /** The part of the tree that begins with a session. */
    public Optional<SessionTree> find(String id) {
        List<SessionTree> open = new ArrayList<>(List.of(this));
        while (!open.isEmpty()) {
            SessionTree next = open.remove(open.size() - 1);
            if (next.session.id().equals(id)) {
                return Optional.of(next);
            }
            open.addAll(next.children);
        }
        return Optional.empty();
    }
}
