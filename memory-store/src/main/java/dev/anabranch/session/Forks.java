package dev.anabranch.session;

import dev.anabranch.entry.EntryWriter;
import dev.anabranch.entry.ToolCall;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes branches of one session. */
final class Forks {

    /*
     * The branches' lines are written to the directory first, by compare-and-set, with everything in them: id, label,
     * fork point. Then their streams are made from those lines, by requests that may be repeated. So a fork of the same
     * idempotency key, tried again after a crash, finds the line and makes the same branch from the same place.
     */

    private final SessionWorld world;
    private final StreamSession parent;
    private final SessionLog log;
    private final ForkPoints points;

    Forks(SessionWorld world, StreamSession parent) {
        this.world = world;
        this.parent = parent;
        this.log = parent.log();
        this.points = new ForkPoints(world, parent.log());
    }

    /**
     * A branch to be made, or made before.
     *
     * @param content entries that it begins with, after the one that says what it is
     */
    private record Wanted(
            ForkOptions options, String id, int generation, ForkCut cut, SessionRecord parent, List<String> content) {}

    BranchPoint resolve(ForkPoint point, OpenToolCalls policy) {
        Deadline deadline = world.deadline();
        return points.resolve(point, policy, deadline).toBranchPoint();
    }

    List<ChatMessage> windowAt(ForkPoint point) {
        Deadline deadline = world.deadline();
        return points.stateAt(points.locate(point, deadline), deadline).window().stream()
                .flatMap(message -> message.message().stream())
                .toList();
    }

    List<Branch> forkAll(List<ForkOptions> forks) {
        if (forks.isEmpty()) {
            return List.of();
        }
        Deadline deadline = world.deadline();
        SessionRecord from = parent(deadline);
        List<Wanted> wanted = new ArrayList<>();
        for (ForkOptions options : forks) {
            ForkCut cut = points.resolve(options.point(), options.openToolCalls(), deadline);
            wanted.add(want(options, cut, from, List.of(), deadline));
        }
        return makeAll(wanted, deadline);
    }

    /** Makes a branch that holds what {@code branch} holds, which was forked from the parent before. */
    Branch again(StreamSession branch, SessionInfo info, ForkOptions options) {
        Deadline deadline = world.deadline();
        SessionRecord from = parent(deadline);
        BranchPoint point = info.forkPoint().orElseThrow(() -> new SessionNotFoundException(parent.id()));
        List<String> content = new OwnEntries(branch.log()).since(point.offset(), deadline);
        Wanted wanted = want(options, ForkCut.again(point), from, content, deadline);
        return makeAll(List.of(wanted), deadline).get(0);
    }

    private SessionRecord parent(Deadline deadline) {
        parent.line().requireListed(deadline);
        checkExpired(deadline);
        return parent.line().recordInStream(deadline).orElseThrow(() -> new SessionNotFoundException(parent.id()));
    }

    private List<Branch> makeAll(List<Wanted> wanted, Deadline deadline) {
        StreamName source = log.name();
        ForkGuard guard = wanted.get(0).options().guard();
        List<SessionRecord> records = world.directory().change(deadline, state -> reserve(state, wanted, guard));
        List<Boolean> created = makeStreams(source, wanted, records, deadline);
        return answer(records, created, deadline);
    }

    private Wanted want(ForkOptions options, ForkCut cut, SessionRecord from, List<String> content, Deadline deadline) {
        boolean isNamed = options.id().isPresent() || options.idempotencyKey().isPresent();
        String id = options.id()
                .map(Ids::requireSession)
                .or(() -> options.idempotencyKey()
                        .map(key -> Ids.derived(parent.id(), Integer.toString(from.generation()), key))
                        .map(own -> Ids.ofBranch(parent.id(), own)))
                .orElseGet(() -> Ids.ofBranch(parent.id(), Ids.random()));
        int generation = isNamed ? world.generations().latest(id, deadline) : 0;
        return new Wanted(options, id, generation, cut, from, content);
    }

    /** Scratches that were left to expire do not count against anybody's limit. */
    void checkExpired(Deadline deadline) {
        Instant now = world.now();
        List<DirectoryState.Line> doubtful = world.directory().look(deadline, state -> {
            DirectoryState.Line line =
                    state.line(parent.id()).orElseThrow(() -> new SessionNotFoundException(parent.id()));
            DirectoryState.Line root = state.line(state.rootOf(line.record())).orElse(line);
            return state.subtree(root).stream()
                    .filter(each -> each.mayHaveExpiredAt(now))
                    .toList();
        });
        world.directory().existing(doubtful, record -> StreamSessions.exists(world, record, deadline), deadline);
    }

    private Directory.Change<List<SessionRecord>> reserve(DirectoryState state, List<Wanted> wanted, ForkGuard guard) {
        DirectoryState.Line line = state.line(parent.id()).orElseThrow(() -> new SessionNotFoundException(parent.id()));
        Set<String> labels = new HashSet<>();
        DirectoryState.Line root = state.line(state.rootOf(line.record())).orElse(line);
        state.subtree(root).forEach(each -> labels.add(each.record().label()));
        List<SessionRecord> all = new ArrayList<>();
        List<SessionRecord> fresh = new ArrayList<>();
        for (Wanted each : wanted) {
            Optional<SessionRecord> known = state.line(each.id()).map(DirectoryState.Line::record);
            if (known.isPresent()) {
                all.add(requireOurs(known.get(), each.options()));
                continue;
            }
            SessionRecord record = record(each, line.record(), state.rootOf(line.record()), labels);
            labels.add(record.label());
            all.add(record);
            fresh.add(record);
        }
        if (!fresh.isEmpty()) {
            guard.check(new DirectoryAttempt(state, line, fresh.size(), world.now()));
        }
        return new Directory.Change<>("insert", fresh, all);
    }

    private SessionRecord requireOurs(SessionRecord known, ForkOptions options) {
        boolean isOurs = known.forkedFrom().filter(parent.id()::equals).isPresent();
        if (!isOurs || options.idempotencyKey().isEmpty()) {
            throw new SessionExistsException(known.id());
        }
        return known;
    }

    private SessionRecord record(Wanted wanted, SessionRecord from, String root, Set<String> labels) {
        ForkOptions options = wanted.options();
        return new SessionRecord(
                wanted.id(),
                options.id().isEmpty() && options.idempotencyKey().isEmpty(),
                options.label().map(label -> free(label, labels)).orElseGet(() -> free(from.label(), labels)),
                Optional.of(parent.id()),
                wanted.parent().generation(),
                root,
                Optional.of(wanted.cut().toBranchPoint()),
                options.creator().or(from::creator),
                world.now(),
                false,
                options.scratch(),
                options.ttl().or(wanted.parent()::ttl),
                options.settings().orElseGet(() -> from.settings().inherited()),
                options.metadata(),
                wanted.generation());
    }

    static String free(String label, Set<String> taken) {
        String candidate = label;
        for (int number = 2; taken.contains(candidate); number++) {
            candidate = label + " (" + number + ")";
        }
        return candidate;
    }

    private List<Boolean> makeStreams(
            StreamName source, List<Wanted> wanted, List<SessionRecord> records, Deadline deadline) {
        List<Boolean> created = new ArrayList<>();
        int tried = 0;
        try {
            for (SessionRecord record : records) {
                tried++;
                created.add(make(source, record, wanted.get(tried - 1), deadline));
            }
            return created;
        } catch (RuntimeException refused) {
            for (int i = 0; i < tried; i++) {
                boolean isNew = i >= created.size() || created.get(i);
                if (isNew) {
                    undo(records.get(i), refused);
                }
            }
            for (SessionRecord never : records.subList(tried, records.size())) {
                undo(never, refused);
            }
            throw refused;
        }
    }

    private void undo(SessionRecord record, RuntimeException cause) {
        try {
            Deadline deadline = world.deadline();
            if (StreamSessions.exists(world, record, deadline)) {
                new Deletion(world).delete(new StreamSession(world, record.id()), deadline);
            } else {
                world.directory().remove(List.of(record), deadline);
            }
        } catch (DurableStreamsException nextListing) {
            cause.addSuppressed(nextListing);
        }
    }

    /** Makes a branch's stream; false if it was there. */
    private boolean make(StreamName source, SessionRecord record, Wanted wanted, Deadline deadline) {
        BranchPoint point = record.forkPoint().orElseThrow();
        StreamName name = world.names().session(record.id(), record.generation());
        ForkRequest request = new ForkRequest(
                source,
                Optional.of(point.offset()),
                point.subOffset(),
                Optional.empty(),
                record.ttl().map(Expiry::ttl),
                false,
                Payload.jsonArray(firstEntries(record, wanted)));
        CreateResult result = deadline.retry(() -> deadline.streams().fork(name, request));
        boolean isNew = result instanceof CreateResult.Created;
        if (isNew) {
            world.abilities().requireForked(name, record.id(), point, deadline);
            new StreamSession(world, record.id())
                    .log()
                    .madeFrom(new Seeds.Key(source, point.offset(), point.subOffset()), record.generation());
        } else if (!StreamSessions.exists(world, record, deadline)) {
            throw new SessionExistsException(record.id());
        }
        return isNew;
    }

    private List<String> firstEntries(SessionRecord record, Wanted wanted) {
        EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
        writer.session(record.id(), "insert", record.toJson());
        for (ToolCall call : wanted.cut().answered()) {
            ToolExecutionResultMessage result = ToolExecutionResultMessage.builder()
                    .id(call.id().isEmpty() ? null : call.id())
                    .toolName(call.name())
                    .text("This tool call did not run in this branch.")
                    .isError(true)
                    .build();
            writer.message(
                    Ids.timeOrdered(world.now().toEpochMilli()),
                    MessageCodec.encode(result),
                    Optional.empty(),
                    Map.of("synthetic", true));
        }
        writer.entries().addAll(wanted.content());
        return writer.entries();
    }

    private List<Branch> answer(List<SessionRecord> records, List<Boolean> created, Deadline deadline) {
        return world.directory().look(deadline, state -> {
            List<Branch> branches = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                String id = records.get(i).id();
                SessionInfo info = state.line(id).map(state::info).orElseThrow(() -> new SessionNotFoundException(id));
                branches.add(new Branch(new StreamSession(world, id), info, created.get(i)));
            }
            return branches;
        });
    }
}
