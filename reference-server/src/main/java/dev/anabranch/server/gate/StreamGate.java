package dev.anabranch.server.gate;

import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.access.InternalStreams;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.access.StreamAccess;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * The rights on streams, for every request below {@code /v1/stream}: by scope, and for sessions by membership as well.
 * Sessions that are made here get their place among the memberships before they exist. Blocks while that is written,
 * and never otherwise.
 */
public final class StreamGate {

    private static final String PREFIX = "/v1/stream/";
    private static final String CONTROL = "__ds";
    private static final Pattern TTL = Pattern.compile("[1-9][0-9]{0,11}");
    private static final Problem NOT_FOUND = Problem.notFound("there is no such stream");

    private final Memberships memberships;
    private final StreamAccess access;
    private final Predicate<StreamName> exists;
    private final RawSessions sessions;
    private final Settling settling;
    private final boolean singleUser;

    /**
     * Guards streams.
     *
     * @param exists whether there is a stream of this name
     * @param sessions the sessions that requests may fork and delete
     * @param singleUser whether there is only one user, who may do everything
     */
    public StreamGate(
            Memberships memberships,
            StreamAccess access,
            Predicate<StreamName> exists,
            RawSessions sessions,
            boolean singleUser) {
        this.memberships = memberships;
        this.access = access;
        this.exists = exists;
        this.sessions = sessions;
        this.settling = new Settling(sessions);
        this.singleUser = singleUser;
    }

    /**
     * Lets the request pass, or does not.
     *
     * @throws ProblemException if it may not
     */
    void admit(Caller caller, Request request, Response response, String path) {
        if (!path.startsWith(PREFIX)) {
            return;
        }
        String below = path.substring(PREFIX.length());
        if (below.equals(CONTROL) || below.startsWith(CONTROL + "/")) {
            Callers.require(caller, reads(request) ? Scope.READ : Scope.APPEND);
            return;
        }
        Optional<StreamName> name = parse(below);
        if (name.isEmpty()) {
            return; // the protocol's own handler says what is wrong with it
        }
        if (InternalStreams.isInternal(name.get())) {
            throw new ProblemException(NOT_FOUND);
        }
        if (!singleUser && StreamAccess.isDirectory(name.get())) {
            DirectoryView.of(memberships, caller.user()).apply(request);
        }
        switch (request.getMethod()) {
            case "PUT" -> admitCreation(caller, request, response, name.get());
            case "POST" -> {
                Callers.require(caller, Scope.APPEND);
                requireLevel(caller, name.get(), AccessLevel.WRITER);
            }
            case "DELETE" -> admitDeletion(caller, request, name.get());
            default -> {
                Callers.require(caller, Scope.READ);
                requireLevel(caller, name.get(), AccessLevel.READER);
            }
        }
    }

    private void admitCreation(Caller caller, Request request, Response response, StreamName name) {
        Optional<StreamName> source = Optional.ofNullable(request.getHeaders().get("Stream-Forked-From"))
                .filter(from -> from.startsWith(PREFIX))
                .flatMap(from -> parse(from.substring(PREFIX.length())));
        if (request.getHeaders().contains("Stream-Forked-From")) {
            Callers.require(caller, Scope.FORK);
        } else {
            Callers.require(caller, Scope.APPEND);
        }
        if (source.isPresent() && access.level(caller.user(), source.get()).isEmpty()) {
            throw new ProblemException(NOT_FOUND);
        }
        if (!singleUser) {
            if (source.flatMap(StreamAccess::sessionOf).isPresent() && !StreamAccess.isSession(name)) {
                throw new ProblemException(RawSessions.NOT_A_SESSION);
            }
            admitPlace(caller, request, name, source);
        }
        if (source.filter(StreamAccess::isSession).isPresent() && StreamAccess.isSession(name) && !exists.test(name)) {
            admitBranch(caller, request, response, source.get(), name);
        }
    }

    /** The branch is counted before it exists, and no longer once it turns out that it will not. */
    private void admitBranch(Caller caller, Request request, Response response, StreamName source, StreamName name) {
        String branch = StreamAccess.sessionOf(name).orElseThrow();
        Optional<Duration> ttl = Optional.ofNullable(request.getHeaders().get("Stream-TTL"))
                .filter(value -> TTL.matcher(value).matches())
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
        String parent = StreamAccess.sessionOf(source).orElseThrow();
        long before = settling.now();
        boolean isListedNow = sessions.admit(caller.user(), parent, branch, ttl);
        Request.addCompletionListener(request, failure -> {
            boolean isMade = failure == null && response.getStatus() < 400;
            if (isMade && !settling.isQuietSince(before)) {
                settling.afterwards(
                        () -> sessions.admit(caller.user(), parent, branch, ttl),
                        request.getComponents().getExecutor());
            } else if (!isMade && isListedNow) {
                settle(request, branch);
            }
        });
    }

    private void settle(Request request, String session) {
        settling.settle(session, request.getComponents().getExecutor());
    }

    private void admitPlace(Caller caller, Request request, StreamName name, Optional<StreamName> source) {
        Optional<String> session = StreamAccess.sessionOf(name);
        if (session.isEmpty()) {
            requireNotShared(request, name);
            return;
        }
        if (StreamAccess.isTurn(name)) {
            throw new ProblemException(NOT_FOUND);
        }
        if (exists.test(name) || !StreamAccess.isSession(name)) {
            requireLevel(caller, name, AccessLevel.WRITER);
        } else if (!place(caller, session.get(), source.flatMap(StreamAccess::sessionOf))) {
            throw new ProblemException(NOT_FOUND);
        }
    }

    /** The directory is made empty: its lines come by appends, which are looked at one by one. */
    private static void requireNotShared(Request request, StreamName name) {
        boolean isEmpty = request.getLength() == 0 || !request.getHeaders().contains("Content-Length");
        boolean isChunked = request.getHeaders().contains("Transfer-Encoding");
        boolean isFork = request.getHeaders().contains("Stream-Forked-From");
        if (StreamAccess.isDirectory(name) && (!isEmpty || isChunked || isFork)) {
            throw new ProblemException(Problem.of(403, "forbidden", "the directory is everybody's"));
        }
    }

    private boolean place(Caller caller, String session, Optional<String> parent) {
        boolean joins = parent.flatMap(id -> memberships.level(caller.user(), id))
                .filter(level -> level.includes(AccessLevel.WRITER))
                .isPresent();
        return joins
                ? memberships.join(session, parent.get(), caller.user())
                : memberships.found(session, caller.user());
    }

    private void admitDeletion(Caller caller, Request request, StreamName name) {
        Callers.require(caller, Scope.DELETE);
        if (!singleUser && StreamAccess.isDirectory(name)) {
            throw new ProblemException(Problem.of(403, "forbidden", "the directory is everybody's"));
        }
        requireLevel(caller, name, StreamAccess.isRunPlace(name) ? AccessLevel.WRITER : AccessLevel.MANAGER);
        if (!singleUser && StreamAccess.isSession(name)) {
            // Branches that were made in this process follow their parent, which goes now.
            StreamAccess.sessionOf(name).ifPresent(id -> sessions.children(id).forEach(memberships::keep));
        }
        if (StreamAccess.isSession(name)) {
            String session = StreamAccess.sessionOf(name).orElseThrow();
            Request.addCompletionListener(request, failure -> settle(request, session));
        }
    }

    private void requireLevel(Caller caller, StreamName name, AccessLevel needed) {
        AccessLevel level = access.level(caller.user(), name).orElseThrow(() -> new ProblemException(NOT_FOUND));
        if (!level.includes(needed)) {
            throw new ProblemException(Problem.of(403, "forbidden", "this needs the access level " + needed.id()));
        }
        if (needed != AccessLevel.READER && !singleUser && StreamAccess.isTurn(name)) {
            throw new ProblemException(Problem.of(403, "forbidden", "only the server writes this stream"));
        }
    }

    private static boolean reads(Request request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private static Optional<StreamName> parse(String rawPath) {
        try {
            return Optional.of(StreamName.fromUrlPath(rawPath));
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }
}
