package dev.anabranch.server.access;

import dev.anabranch.server.access.AccessChange.Joined;
import dev.anabranch.server.access.AccessChange.Left;
import dev.anabranch.server.access.AccessChange.Placed;
import dev.anabranch.server.access.AccessChange.Removed;
import dev.anabranch.server.security.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the journal of memberships says, replayed. Not safe for use by several threads. */
final class AccessTable {

    private final Map<String, String> treeOfSession = new HashMap<>();
    private final Map<String, Integer> sessionsOfTree = new HashMap<>();
    private final Map<String, Map<UserId, AccessLevel>> membersOfTree = new HashMap<>();
    private final Map<UserId, Set<String>> treesOfUser = new HashMap<>();

    void apply(AccessChange change) {
        if (change instanceof Placed placed) {
            remove(placed.session());
            treeOfSession.put(placed.session(), placed.tree());
            sessionsOfTree.merge(placed.tree(), 1, Integer::sum);
        } else if (change instanceof Joined joined) {
            membersOfTree
                    .computeIfAbsent(joined.tree(), unseen -> new HashMap<>())
                    .put(joined.user(), joined.level());
            treesOfUser
                    .computeIfAbsent(joined.user(), unseen -> new HashSet<>())
                    .add(joined.tree());
        } else if (change instanceof Left left) {
            members(left.tree()).ifPresent(members -> members.remove(left.user()));
            leave(left.user(), left.tree());
        } else if (change instanceof Removed removed) {
            remove(removed.session());
        } else {
            throw new AssertionError("no effect for " + change);
        }
    }

    Optional<String> treeOf(String session) {
        return Optional.ofNullable(treeOfSession.get(session));
    }

    /** The members of a tree that has ever had one. */
    Optional<Map<UserId, AccessLevel>> members(String tree) {
        return Optional.ofNullable(membersOfTree.get(tree));
    }

    Set<String> treesOf(UserId user) {
        return treesOfUser.getOrDefault(user, Set.of());
    }

    private void remove(String session) {
        String tree = treeOfSession.remove(session);
        if (tree == null) {
            return;
        }
        if (sessionsOfTree.merge(tree, -1, Integer::sum) == 0) {
            sessionsOfTree.remove(tree);
            Map<UserId, AccessLevel> members = membersOfTree.remove(tree);
            if (members != null) {
                members.keySet().forEach(user -> leave(user, tree));
            }
        }
    }

    private void leave(UserId user, String tree) {
        treesOfUser.computeIfPresent(user, (same, trees) -> {
            trees.remove(tree);
            return trees.isEmpty() ? null : trees;
        });
    }
}
