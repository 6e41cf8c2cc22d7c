package dev.anabranch.server.access;

import dev.anabranch.server.access.AccessChange.Complete;
import dev.anabranch.server.access.AccessChange.Joined;
import dev.anabranch.server.access.AccessChange.Left;
import dev.anabranch.server.access.AccessChange.Placed;
import dev.anabranch.server.access.AccessChange.Removed;
import dev.anabranch.server.security.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal of memberships says, replayed. Not safe for use by several threads. */
final class AccessTable {

    private final Map<String, String> treeOfSession = new HashMap<>();
    private final Map<String, Integer> sessionsOfTree = new HashMap<>();
    private final Map<String, Map<UserId, AccessLevel>> membersOfTree = new HashMap<>();

    void apply(AccessChange change) {
        if (change instanceof Placed placed) {
            remove(placed.session());
            treeOfSession.put(placed.session(), placed.tree());
            sessionsOfTree.merge(placed.tree(), 1, Integer::sum);
        } else if (change instanceof Joined joined) {
            membersOfTree
                    .computeIfAbsent(joined.tree(), unseen -> new HashMap<>())
                    .put(joined.user(), joined.level());
        } else if (change instanceof Left left) {
            members(left.tree()).ifPresent(members -> members.remove(left.user()));
        } else if (change instanceof Removed removed) {
            remove(removed.session());
        } else if (!(change instanceof Complete)) {
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

    /** About how many changes it takes to say all this. */
    int size() {
        return treeOfSession.size()
                + membersOfTree.values().stream().mapToInt(Map::size).sum();
    }

    /** Changes that make an empty table this one. Members of trees without sessions are left out. */
    List<AccessChange> changes() {
        List<AccessChange> changes = new ArrayList<>();
        treeOfSession.forEach((session, tree) -> changes.add(new Placed(session, tree)));
        membersOfTree.forEach((tree, members) -> {
            if (!sessionsOfTree.containsKey(tree)) {
                return;
            }
            members.forEach((user, level) -> changes.add(new Joined(tree, user, level)));
            if (members.isEmpty()) {
                // A tree whose members have left is nobody's, which is not the same as one that never had any.
                changes.add(new Joined(tree, UserId.LOCAL, AccessLevel.READER));
                changes.add(new Left(tree, UserId.LOCAL));
            }
        });
        return changes;
    }

    private void remove(String session) {
        String tree = treeOfSession.remove(session);
        if (tree == null) {
            return;
        }
        if (sessionsOfTree.merge(tree, -1, Integer::sum) == 0) {
            sessionsOfTree.remove(tree);
            membersOfTree.remove(tree);
        }
    }
}
