package dev.anabranch.server.conversations;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.UserId;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Branch;
import dev.anabranch.session.ForkGuard;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionExistsException;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionPage;
import dev.anabranch.session.SessionQuery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Sessions with users: every look and every change passes here, whichever face it came through. What a user has no
 * membership in does not exist for that user. Safe for use by many threads.
 */
public final class Conversations {

    private static final String KEY_PREFIX = "session:";

    private final AgentSessions sessions;
    private final Memberships memberships;
    private final Removals removals;
    private final Deletions deletions;
    private final ForkGuard limits;
    private final boolean singleUser;

    private Conversations(
            AgentSessions sessions,
            Memberships memberships,
            Removals removals,
            Deletions deletions,
            ForkGuard limits,
            boolean singleUser) {
        this.sessions = sessions;
        this.memberships = memberships;
        this.removals = removals;
        this.deletions = deletions;
        this.limits = limits;
        this.singleUser = singleUser;
    }

    /**
     * Conversations on these sessions. Finishes deletions that an earlier process left half done.
     *
     * @param engine what the sessions lie on
     * @param halt ends what an agent is doing in a session, and returns when it has ended
     * @param limits asked before any branch is made
     * @param singleUser whether there is only one user, who may do everything
     */
    public static Conversations open(
            AgentSessions sessions,
            Memberships memberships,
            StreamEngine engine,
            Consumer<String> halt,
            ForkGuard limits,
            boolean singleUser) {
        Removals removals = new Removals(engine);
        Deletions deletions = new Deletions(sessions, memberships, removals, engine, halt);
        deletions.recover();
        return new Conversations(sessions, memberships, removals, deletions, limits, singleUser);
    }

    /** The sessions themselves, whoever may see them. */
    public AgentSessions sessions() {
        return sessions;
    }

    Memberships memberships() {
        return memberships;
    }

    /** Erases what these conversations hold. Finishes what an earlier process left half done. */
    Erasure erasure(SessionSearch search, StreamEngine engine) {
        Erasure erasure = new Erasure(sessions, memberships, deletions, removals, search, engine);
        erasure.recover();
        return erasure;
    }

    /**
     * The session of this id, or of this key {@code session:<id>}.
     *
     * @throws ProblemException 404 if there is none that the caller may know of, 403 if the caller is a member without
     *     the level
     */
    public AgentSession require(Caller caller, String idOrKey, AccessLevel needed) {
        AgentSession session = find(caller, idOrKey).orElseThrow(Conversations::notFound);
        if (!levelOf(caller, session.id()).orElse(AccessLevel.READER).includes(needed)) {
            throw new ProblemException(
                    Problem.of(403, "forbidden", "this needs the access level '" + needed.id() + "'"));
        }
        return session;
    }

    /** The session of this id or key, if there is one that the caller may know of. */
    public Optional<AgentSession> find(Caller caller, String idOrKey) {
        Optional<AgentSession> exact = findExact(caller, idOrKey);
        return exact.isEmpty() && idOrKey.startsWith(KEY_PREFIX)
                ? findExact(caller, idOrKey.substring(KEY_PREFIX.length()))
                : exact;
    }

    /** The key of a session, for clients that speak of keys. */
    public static String key(String id) {
        return KEY_PREFIX + id;
    }

    /** What the caller may do with a session; empty for nothing. */
    public Optional<AccessLevel> levelOf(Caller caller, String id) {
        return singleUser ? Optional.of(AccessLevel.OWNER) : memberships.level(caller.user(), id);
    }

    /** Whether the caller may know of the session. */
    public boolean isVisible(Caller caller, String id) {
        return levelOf(caller, id).isPresent();
    }

    /**
     * Whether the caller may know of a session that may be only about to be made: a branch that has no place of its own
     * is where its parent is.
     */
    public boolean isVisible(Caller caller, SessionInfo session) {
        return isVisible(caller, session.id())
                || (!memberships.isPlaced(session.id())
                        && session.forkedFrom()
                                .filter(parent -> isVisible(caller, parent))
                                .isPresent());
    }

    /** Whether the caller could know of a session that was deleted a while ago. */
    public boolean wasVisible(Caller caller, String id) {
        return memberships.wasMember(caller.user(), id);
    }

    /** Whose conversation it is. */
    public UserId ownerOf(String id) {
        return memberships.members(id).entrySet().stream()
                .filter(member -> member.getValue() == AccessLevel.OWNER)
                .map(Map.Entry::getKey)
                .min((one, other) -> one.value().compareTo(other.value()))
                .orElse(UserId.LOCAL);
    }

    /** Makes a conversation of the caller's own. */
    public AgentSession create(Caller caller, NewSession wanted) {
        String id = wanted.id().orElseGet(() -> UUID.randomUUID().toString());
        requireValid(id);
        if (sessions.find(id).isPresent() || !place(caller, id)) {
            throw new SessionExistsException(id);
        }
        return sessions.create(wanted.withId(id).withCreator(caller.user().value()));
    }

    /**
     * Forks: within the tree for those who may write to it, into a tree of the caller's own for others.
     *
     * @param idempotencyKey a second fork of the same session by the same user with the same key answers the first
     */
    public Branch fork(Caller caller, AgentSession parent, ForkOptions wanted, Optional<String> idempotencyKey) {
        ForkOptions options = wanted.withCreator(caller.user().value()).withGuard(limits);
        if (idempotencyKey.isPresent()) {
            options = options.withIdempotencyKey(caller.user() + " " + idempotencyKey.get());
        }
        wanted.id().ifPresent(this::requireValid);
        boolean inTree = levelOf(caller, parent.id())
                .filter(level -> level.includes(AccessLevel.WRITER))
                .isPresent();
        if (inTree) {
            wanted.id().ifPresent(id -> requireFree(caller, id));
            Branch branch = parent.fork(options);
            if (!singleUser) {
                memberships.keep(branch.id()); // so that listings need not look for its parent
            }
            return branch;
        }
        String id = wanted.id().orElseGet(() -> branchId(seed(caller, parent, idempotencyKey)));
        if (sessions.find(id).isEmpty() && !memberships.found(id, caller.user())) {
            throw new SessionExistsException(id);
        }
        return parent.fork(options.withId(id));
    }

    /**
     * The session of this id or key for writing; one that does not exist becomes a conversation of the caller's own.
     */
    public AgentSession requireOrCreate(Caller caller, String idOrKey) {
        if (find(caller, idOrKey).isPresent()) {
            return require(caller, idOrKey, AccessLevel.WRITER);
        }
        try {
            String id = idOrKey.startsWith(KEY_PREFIX) ? idOrKey.substring(KEY_PREFIX.length()) : idOrKey;
            return create(caller, NewSession.DEFAULTS.withId(id));
        } catch (SessionExistsException madeMeanwhile) {
            return require(caller, idOrKey, AccessLevel.WRITER);
        }
    }

    /** Sessions of the query that the caller may know of. */
    public SessionPage list(Caller caller, SessionQuery query, boolean rootsOnly) {
        return sessions.list(query.withFilter(
                session -> isVisible(caller, session.id()) && (!rootsOnly || !hasParentInTree(session))));
    }

    /** The session's parent, unless that is of another tree. */
    public Optional<String> parentInTree(SessionInfo session) {
        return session.parent().filter(parent -> isTogether(parent, session.id()));
    }

    /** The first of the session's ancestors and itself that has no parent in its tree. */
    public String rootInTree(SessionInfo session) {
        if (singleUser || !hasParentInTree(session)) {
            return singleUser ? session.root() : session.id();
        }
        String root = session.id();
        for (SessionInfo ancestor : sessions.session(session.id()).ancestors()) {
            if (!isTogether(ancestor.id(), root)) {
                break;
            }
            root = ancestor.id();
        }
        return root;
    }

    /** Every session that shares its members with this one and stems from the same root, oldest first. */
    public List<SessionInfo> tree(String id) {
        List<SessionInfo> members = new ArrayList<>(sessions.tree(id).sessions().stream()
                .filter(session -> isTogether(session.id(), id))
                .toList());
        members.sort((one, other) -> one.createdAt().compareTo(other.createdAt()));
        return members;
    }

    /**
     * Deletes the whole tree that a session belongs to, each branch before its parent. If it is interrupted, the next
     * start finishes it.
     */
    public void deleteTree(String id) {
        List<SessionInfo> doomed = new ArrayList<>(tree(id));
        Collections.reverse(doomed);
        deletions.all(doomed);
    }

    /** Deletes one session; its branches keep their members. */
    public boolean deleteOne(String id) {
        return deletions.one(id);
    }

    /** The answer to whoever asks for what does not exist for them. */
    public static ProblemException notFound() {
        return new ProblemException(Problem.notFound("there is no such conversation"));
    }

    private Optional<AgentSession> findExact(Caller caller, String id) {
        if (!isValid(id) || !isVisible(caller, id)) {
            return Optional.empty();
        }
        return sessions.find(id);
    }

    private boolean hasParentInTree(SessionInfo session) {
        return parentInTree(session).isPresent();
    }

    private boolean isTogether(String one, String other) {
        return singleUser || memberships.areTogether(one, other);
    }

    private boolean place(Caller caller, String id) {
        return singleUser || memberships.found(id, caller.user());
    }

    private void requireFree(Caller caller, String id) {
        if (!isVisible(caller, id)
                && (memberships.isPlaced(id) || sessions.find(id).isPresent())) {
            throw new SessionExistsException(id);
        }
    }

    private static String seed(Caller caller, AgentSession parent, Optional<String> idempotencyKey) {
        return idempotencyKey
                .map(key -> caller.user() + "\n" + parent.id() + "\n" + key)
                .orElse("");
    }

    private static String branchId(String seed) {
        UUID id = seed.isEmpty() ? UUID.randomUUID() : UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8));
        return id.toString();
    }

    private void requireValid(String id) {
        if (!isValid(id)) {
            throw new ProblemException(Problem.invalid(
                    "'id' is not 1 to 512 characters of A-Z a-z 0-9 - . _ : @ + = , or is a dot segment"));
        }
    }

    private boolean isValid(String id) {
        try {
            sessions.session(id);
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
