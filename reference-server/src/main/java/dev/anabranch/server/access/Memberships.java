package dev.anabranch.server.access;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.AccessChange.Joined;
import dev.anabranch.server.access.AccessChange.Left;
import dev.anabranch.server.access.AccessChange.Placed;
import dev.anabranch.server.access.AccessChange.Removed;
import dev.anabranch.server.security.UserId;
import dev.anabranch.stream.AppendResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Who is a member of which tree of conversations. Every session is part of one tree, and all sessions of a tree have
 * the same members. Safe for use by many threads; a change is durable when its method returns.
 *
 * <p>A session that was never placed, because it was made in this process or while the server knew no users, is part of
 * its parent's tree; without a parent it is a tree by itself, which belongs to {@link UserId#LOCAL}.
 */
public final class Memberships {

    /*
     * The truth is the journal, replayed into memory at the start. A change is applied to the table and handed to the
     * journal under one lock, so that both have the same order; the wait for the disk is outside of it. Should the disk
     * refuse, the table is replayed from what the journal has.
     */

    private static final int REMEMBERED = 1_000;
    private static final Map<UserId, AccessLevel> NOBODYS = Map.of(UserId.LOCAL, AccessLevel.OWNER);

    private final AccessJournal journal;
    private final Ancestry ancestry;
    private final Object lock = new Object();
    private AccessTable table; // guarded by lock

    /** For telling them of its end; the last {@value #REMEMBERED}. Guarded by itself. */
    private final Map<String, Set<UserId>> membersOfDeleted = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<UserId>> eldest) {
            return size() > REMEMBERED;
        }
    };

    private Memberships(AccessJournal journal, Ancestry ancestry) {
        this.journal = journal;
        this.ancestry = ancestry;
        this.table = journal.replay();
    }

    /** The memberships that this engine keeps. */
    public static Memberships open(StreamEngine engine, Ancestry ancestry) {
        return new Memberships(AccessJournal.open(engine), ancestry);
    }

    /**
     * Makes a session that is about to be created the first of a new tree. Should it have had a place, because there
     * was a session of the same id before, only an owner of that may give it another.
     *
     * @return false if the place is another's; nothing is changed then
     */
    public boolean found(String session, UserId owner) {
        String tree = UUID.randomUUID().toString();
        return place(session, owner, new Placed(session, tree), new Joined(tree, owner, AccessLevel.OWNER));
    }

    /**
     * Makes a session that is about to be created part of its parent's tree.
     *
     * @return false if the place is another's; nothing is changed then
     */
    public boolean join(String session, String parent, UserId user) {
        return place(session, user, new Placed(session, settle(parent)));
    }

    /** Whether the session has been given its place. */
    public boolean isPlaced(String session) {
        synchronized (lock) {
            return table.treeOf(session).isPresent();
        }
    }

    /** What the user may do with the session; empty for nothing. Does not say whether the session exists. */
    public Optional<AccessLevel> level(UserId user, String session) {
        Optional<String> placed = nearestPlaced(session);
        synchronized (lock) {
            return Optional.ofNullable(membersOf(placed).get(user));
        }
    }

    /** The members of the session's tree. */
    public Map<UserId, AccessLevel> members(String session) {
        Optional<String> placed = nearestPlaced(session);
        synchronized (lock) {
            return Map.copyOf(membersOf(placed));
        }
    }

    /** Whether both sessions have the same members because they are of the same tree. */
    public boolean areTogether(String one, String other) {
        Optional<String> first = nearestPlaced(one);
        Optional<String> second = nearestPlaced(other);
        synchronized (lock) {
            return first.equals(second)
                    || (first.isPresent()
                            && second.isPresent()
                            && table.treeOf(first.get()).equals(table.treeOf(second.get())));
        }
    }

    /** Makes the user a member of the session's tree, at this level and no other. */
    public void put(String session, UserId user, AccessLevel level) {
        String tree = settle(session);
        commit(List.of(new Joined(tree, user, level)));
    }

    /** Ends the user's membership of the session's tree, if there is one. */
    public void remove(String session, UserId user) {
        String tree = settle(session);
        commit(List.of(new Left(tree, user)));
    }

    /** Gives a session its own place, so that it keeps it when its parent goes. */
    public void keep(String session) {
        settle(session);
    }

    /** Remembers for a while who the members of a session are that is about to be deleted. */
    public void noteMembers(String session) {
        Set<UserId> members = members(session).keySet();
        synchronized (membersOfDeleted) {
            membersOfDeleted.put(session, members);
        }
    }

    /** Whether the user was a member of a session that was deleted a while ago. */
    public boolean wasMember(UserId user, String session) {
        synchronized (membersOfDeleted) {
            return membersOfDeleted.getOrDefault(session, Set.of()).contains(user);
        }
    }

    /** Forgets sessions that were deleted. */
    public void forget(Collection<String> sessions) {
        List<AccessChange> changes = new ArrayList<>();
        synchronized (lock) {
            for (String session : sessions) {
                if (table.treeOf(session).isPresent()) {
                    changes.add(new Removed(session));
                }
            }
        }
        if (!changes.isEmpty()) {
            commit(changes);
        }
    }

    private boolean place(String session, UserId user, AccessChange... changes) {
        CompletableFuture<AppendResult> written;
        synchronized (lock) {
            Optional<Map<UserId, AccessLevel>> before = table.treeOf(session).flatMap(table::members);
            if (before.isPresent() && before.get().get(user) != AccessLevel.OWNER) {
                return false;
            }
            written = write(List.of(changes));
        }
        await(written);
        return true;
    }

    /** The tree of a session, which is placed first if need be, together with the ancestor that it follows. */
    private String settle(String session) {
        String known = nearestPlaced(session).orElseGet(() -> rootOf(session));
        List<AccessChange> changes = new ArrayList<>();
        CompletableFuture<AppendResult> written;
        String tree;
        synchronized (lock) {
            Optional<String> placed = table.treeOf(known);
            tree = placed.orElseGet(() -> UUID.randomUUID().toString());
            if (placed.isEmpty()) {
                changes.add(new Placed(known, tree));
                changes.add(new Joined(tree, UserId.LOCAL, AccessLevel.OWNER));
            }
            if (!known.equals(session) && table.treeOf(session).isEmpty()) {
                changes.add(new Placed(session, tree));
            }
            if (changes.isEmpty()) {
                return tree;
            }
            written = write(changes);
        }
        await(written);
        return tree;
    }

    private Optional<String> nearestPlaced(String session) {
        Set<String> seen = new HashSet<>();
        Optional<String> next = Optional.of(session);
        while (next.isPresent() && seen.add(next.get())) {
            if (isPlaced(next.get())) {
                return next;
            }
            next = ancestry.parentOf(next.get());
        }
        return Optional.empty();
    }

    private String rootOf(String session) {
        Set<String> seen = new HashSet<>();
        String root = session;
        Optional<String> next = Optional.of(session);
        while (next.isPresent() && seen.add(next.get())) {
            root = next.get();
            next = ancestry.parentOf(root);
        }
        return root;
    }

    private Map<UserId, AccessLevel> membersOf(Optional<String> placedSession) {
        return placedSession.flatMap(table::treeOf).flatMap(table::members).orElse(NOBODYS);
    }

    private void commit(List<AccessChange> changes) {
        CompletableFuture<AppendResult> written;
        synchronized (lock) {
            written = write(changes);
        }
        await(written);
    }

    private CompletableFuture<AppendResult> write(List<AccessChange> changes) {
        CompletableFuture<AppendResult> written = journal.append(changes);
        changes.forEach(table::apply);
        return written;
    }

    private void await(CompletableFuture<AppendResult> written) {
        boolean done = false;
        try {
            AppendResult result = written.join();
            if (!(result instanceof AppendResult.Appended)) {
                throw new AssertionError("appending to the journal of memberships gave " + result);
            }
            done = true;
        } finally {
            if (!done) {
                synchronized (lock) {
                    table = journal.replay();
                }
            }
        }
    }
}
