package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.EntryWriter;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One session as this process knows it, and the only way in which this process writes to it. */
final class SessionLog {

    /*
     * The state is what the entries up to a known tail add up to. An append carries that tail as Stream-Seq, which the
     * server takes only if no append before carried it: two writers that believe in the same tail cannot both succeed. The
     * loser reads what came in between, thinks its change over, and appends that.
     *
     * An append whose answer is lost was written or not, and reading on tells: each append has an id of its own. A new
     * producer epoch makes sure that it cannot still arrive after that.
     *
     * What this process wrote is applied at once and read back with the next read, which costs nothing extra and
     * notices entries of writers that send no Stream-Seq. If there are any in between, the state is built again.
     */

    private final SessionWorld world;
    private final String id;
    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by lock.
    private final Instances instances = new Instances();
    private final Producers producer;
    private final SeenByThreads seen = new SeenByThreads();
    private final Unsettled unsettled = new Unsettled();
    private final LastMessage last = new LastMessage(instances);
    private int generation;
    private @Nullable SessionState state;
    private boolean doubtful = true;
    private long checkedAt;
    private String watched = "";
    private boolean watchedSeen;
    /** How many entries there were just after what is watched for. */
    private long watchedAt;

    private Seen.Range written = new Seen.Range(0, 0);
    private @Nullable LiveTail tail;
    private Optional<Seeds.Seed> seed = Optional.empty();
    private Optional<Seeds.Key> seedKey = Optional.empty();

    SessionLog(SessionWorld world, String id) {
        this.world = world;
        this.id = id;
        this.producer = new Producers(world.producerId());
    }

    String id() {
        return id;
    }

    ReentrantLock lock() {
        return lock;
    }

    Instances instances() {
        return instances;
    }

    LastMessage last() {
        return last;
    }

    Unsettled unsettled() {
        return unsettled;
    }

    int generation() {
        return generation;
    }

    StreamName name() {
        return world.names().session(id, generation);
    }

    /** Does something with the session as it is now, or with null if there is none. */
    <T> T look(Deadline deadline, Function<@Nullable SessionState, T> question) {
        deadline.lock(lock);
        try {
            refresh(deadline);
            return question.apply(state);
        } finally {
            lock.unlock();
            world.weigh(this);
        }
    }

    /** Does something with the session as it is known; asks the server only if nothing is. */
    <T> T recall(Deadline deadline, Function<@Nullable SessionState, T> question) {
        deadline.lock(lock);
        try {
            if (state == null) {
                refresh(deadline);
            }
            return question.apply(state);
        } finally {
            lock.unlock();
            world.weigh(this);
        }
    }

    /** The calling thread has looked at the window. */
    void noteLook(@Nullable SessionState current) {
        seen.note(
                current == null
                        ? Seen.NOTHING
                        : seen.mine().orElse(Seen.NOTHING).looked(current));
    }

    /** What the calling thread has seen. A thread that has not looked yet sees what there is now. */
    Seen seen(SessionState current) {
        Seen mine = seen.mine().orElseGet(() -> Seen.all(current));
        seen.note(mine);
        return mine;
    }

    /** Whatever the calling thread does now, it does on what this process knows now, unless it has looked before. */
    void noteKnown() {
        SessionState known = state;
        if (known != null && seen.mine().isEmpty()) {
            seen.note(Seen.all(known));
        }
    }

    private void noteWritten() {
        seen.note(seen.mine().orElseGet(() -> Seen.upTo(written.from())).withOwn(written));
    }

    @Nullable
    SessionState current() {
        return state;
    }

    long bytes() {
        SessionState now = state;
        return now == null ? 0 : now.bytes() + 512;
    }

    boolean isLoaded() {
        return state != null;
    }

    /** Lets go of what can be read again. */
    void forget() {
        state = null;
        doubtful = true;
        seed = Optional.empty();
        stopTailing();
    }

    /** The session was just made as a branch; others from the same place may have been before. */
    void madeFrom(Seeds.Key parent, int generation) {
        lock.lock();
        try {
            this.generation = generation;
            seedKey = Optional.of(parent);
            seed = world.seeds().find(parent);
        } finally {
            lock.unlock();
        }
    }

    void goOnAs(int generation) {
        this.generation = generation;
    }

    // Reading

    private void refresh(Deadline deadline) {
        if (state != null && !needsLook()) {
            return;
        }
        doubtful = true;
        for (int attempt = 0; ; attempt++) {
            try {
                deadline.retry(() -> readOn(deadline.streams()));
                doubtful = false;
                checkedAt = System.nanoTime();
                startTailing();
                return;
            } catch (StreamNotFoundException | StreamGoneException gone) {
                forget();
                seen.nothing();
                int latest = world.generations().latest(id, deadline);
                if (latest <= generation) {
                    return;
                }
                generation = latest;
            } catch (InvalidRequestException | SessionState.ForgottenMessage otherThanKnown) {
                if (attempt > 1) {
                    throw otherThanKnown;
                }
                forget();
            }
        }
    }

    private boolean needsLook() {
        SessionState now = state;
        if (doubtful || (now != null && mayHaveExpired(now))) {
            return true;
        }
        Consistency consistency = world.options().consistency();
        LiveTail live = tail;
        if (consistency == Consistency.LIVE && live != null && !live.hasFailed()) {
            return !takeArrived(live);
        }
        return consistency != Consistency.SINGLE_WRITER;
    }

    private SessionState readOn(DurableStreams streams) {
        SessionState now = state;
        if (now != null && mayHaveExpired(now)) {
            forget();
            now = null;
        }
        if (now == null) {
            return rebuild(streams);
        }
        StreamPage page;
        do {
            page = streams.read(name(), now.verified());
            if (!integrate(now, page)) {
                return rebuild(streams);
            }
        } while (!page.upToDate());
        return now.hasUnverified() ? rebuild(streams) : now;
    }

    private SessionState rebuild(DurableStreams streams) {
        state = null;
        SessionState built = load(streams);
        state = built;
        return built;
    }

    /**
     * Whether the stream of this name may be another one by now: an append that nobody has looked before would then be
     * taken for what it is not.
     */
    boolean mayBeAnother() {
        SessionState now = state;
        return now != null
                && (now.record().path("ttlSeconds").asLong(0) > 0
                        || now.record().path("idGenerated").asBoolean(false));
    }

    /** A stream that was left alone for its TTL is gone, and another one may have taken its name. */
    private boolean mayHaveExpired(SessionState now) {
        long ttl = now.record().path("ttlSeconds").asLong(0);
        return ttl > 0 && System.nanoTime() - checkedAt > ttl * 1_000_000_000L;
    }

    private SessionState load(DurableStreams streams) {
        try {
            return load(streams, false);
        } catch (SessionState.ForgottenMessage longAgo) {
            return load(streams, true);
        }
    }

    private SessionState load(DurableStreams streams, boolean keepAll) {
        Optional<Seeds.Seed> start = keepAll ? Optional.empty() : seed;
        seed = Optional.empty();
        SessionState fresh =
                start.map(found -> found.state().copyFor(id)).orElseGet(() -> new SessionState(id, keepAll));
        Offset from = start.map(Seeds.Seed::from).orElse(Offset.BEGINNING);
        long skip = start.map(Seeds.Seed::skip).orElse(0L);
        StreamPage page;
        do {
            page = streams.read(name(), from);
            for (Payload payload : page.messages()) {
                if (skip > 0) {
                    skip--;
                    continue;
                }
                Entry entry = EntryReader.read(payload);
                if (entry instanceof Entry.Session own
                        && own.isFirst()
                        && own.id().equals(id)) {
                    seedKey.ifPresent(key -> world.seeds().keep(key, fresh.copyFor(id)));
                }
                apply(fresh, entry);
            }
            fresh.read(page.next());
            from = page.next();
        } while (!page.upToDate());
        return fresh;
    }

    private void apply(SessionState target, Entry entry) {
        target.apply(entry, entry.headers().offset());
        if (entry.fingerprint().equals(watched)) {
            watchedSeen = true;
            watchedAt = target.cursor().entries();
        }
    }

    /** False if others wrote between entries that this process wrote. */
    private boolean integrate(SessionState now, StreamPage page) {
        for (Payload payload : page.messages()) {
            Entry entry = EntryReader.read(payload);
            if (now.verifies(entry)) {
                continue;
            }
            if (now.hasUnverified()) {
                world.abilities().noteInterleaved(name());
                return false;
            }
            apply(now, entry);
        }
        now.read(page.next());
        return true;
    }

    // Tailing

    private void startTailing() {
        SessionState now = state;
        LiveTail before = tail;
        if (world.options().consistency() != Consistency.LIVE
                || now == null
                || (before != null && !before.hasFailed())) {
            return;
        }
        stopTailing();
        tail = LiveTail.start(world.streams(), name(), now.verified());
    }

    private void stopTailing() {
        if (tail != null) {
            tail.close();
            tail = null;
        }
    }

    /** False if the state must be looked at again. */
    private boolean takeArrived(LiveTail live) {
        SessionState now = state;
        if (now == null) {
            return false;
        }
        for (StreamPage page = live.poll(); page != null; page = live.poll()) {
            if (page.next().compareTo(now.verified()) <= 0) {
                continue; // read meanwhile
            }
            if (!page.from().equals(now.verified()) || !integrateArrived(now, page)) {
                return false;
            }
        }
        return true;
    }

    private boolean integrateArrived(SessionState now, StreamPage page) {
        try {
            if (integrate(now, page)) {
                return true;
            }
        } catch (SessionState.ForgottenMessage longAgo) {
            forget();
            return false;
        }
        forget();
        return false;
    }

    // Writing

    /**
     * What to append, seen the session as it is.
     *
     * @param entries as JSON; none for nothing to append
     * @param done what to answer once the entries are in the state
     */
    record Change<T>(List<String> entries, Function<SessionState, T> done) {}

    /**
     * Writes by compare-and-set: {@code plan} is asked until what it saw is what was there when its entries were
     * written. The caller holds the lock.
     *
     * @param ifAbsent what to make if there is no session; may throw instead
     */
    <T> T write(Deadline deadline, Supplier<SessionRecord> ifAbsent, Function<SessionState, Change<T>> plan) {
        try {
            if (state == null || doubtful) {
                refresh(deadline);
            }
            while (true) {
                SessionState now = state;
                if (now == null) {
                    create(deadline, ifAbsent.get());
                    continue;
                }
                Change<T> change = plan.apply(now);
                if (change.entries().isEmpty() || tryAppend(now, change.entries(), deadline)) {
                    SessionState after = state;
                    if (after == null) {
                        throw new AssertionError("the session is gone while its lock is held");
                    }
                    if (!change.entries().isEmpty()) {
                        noteWritten();
                    }
                    return change.done().apply(after);
                }
            }
        } finally {
            world.weigh(this);
        }
    }

    /** True once the entries are written and in the state; false if the change is to be thought over. */
    private boolean tryAppend(SessionState now, List<String> json, Deadline deadline) {
        List<Entry> entries =
                json.stream().map(each -> EntryReader.read(Payload.of(each))).toList();
        watched = entries.get(entries.size() - 1).fingerprint();
        watchedSeen = false;
        Optional<StreamsUnavailableException> lost = Optional.empty();
        try {
            AppendResult result = deadline.streams()
                    .append(
                            name(),
                            AppendRequest.json(json)
                                    .withProducer(producer.next())
                                    .withSequence(now.tail().token()));
            if (result instanceof AppendResult.Appended appended) {
                producer.used();
                if (applyOwn(now, entries, appended.tail())) {
                    return true;
                }
            } else {
                follow(result);
            }
        } catch (StreamsUnavailableException failed) {
            doubtful = true;
            if (failed.outcome() == StreamsUnavailableException.Outcome.UNKNOWN) {
                producer.lost();
                lost = Optional.of(failed);
            }
            deadline.pauseOrThrow(failed);
        } catch (StreamNotFoundException | StreamGoneException deletedMeanwhile) {
            forget();
            seen.nothing();
        } catch (DurableStreamsException refused) {
            doubtful = true;
            throw refused;
        }
        doubtful = true;
        lookAfter(lost, deadline);
        written = new Seen.Range(watchedAt - entries.size(), watchedAt);
        return watchedSeen;
    }

    /** Reads on after an append that was not acknowledged. While that fails, what became of a lost one stays open. */
    private void lookAfter(Optional<StreamsUnavailableException> lost, Deadline deadline) {
        try {
            refresh(deadline);
        } catch (DurableStreamsException notFoundOut) {
            if (lost.isEmpty()) {
                throw notFoundOut;
            }
            throw new StreamsUnavailableException(
                    lost.get().reason(),
                    lost.get().outcome(),
                    lost.get().getMessage() + "; then " + notFoundOut.getMessage(),
                    notFoundOut);
        }
    }

    /** False if the entries speak of what is not in memory: what they add up to must be read then. */
    private boolean applyOwn(SessionState now, List<Entry> entries, Offset tail) {
        long before = now.cursor().entries();
        try {
            now.applyOwn(entries, tail, world.options().consistency() != Consistency.SINGLE_WRITER);
        } catch (SessionState.ForgottenMessage longAgo) {
            forget();
            return false;
        }
        written = new Seen.Range(before, before + entries.size());
        return true;
    }

    private void follow(AppendResult refused) {
        if (refused instanceof AppendResult.StreamClosed) {
            throw new SessionClosedException(id);
        }
        if (!(refused instanceof AppendResult.SequenceConflict)) {
            producer.replaced();
        }
    }

    /** Makes the session's stream with its first entry. The caller holds the lock. */
    void create(Deadline deadline, SessionRecord wanted) {
        generation = Math.max(generation, world.generations().latest(id, deadline));
        while (state == null) {
            SessionRecord record = wanted.withGeneration(generation);
            world.directory().add(record, deadline);
            CreateResult result = deadline.retry(() -> deadline.streams().create(name(), createRequest(record)));
            if (result instanceof CreateResult.Conflict) {
                makeRoom(deadline);
                continue;
            }
            refresh(deadline);
            if (state == null) {
                throw new StreamNotFoundException(name());
            }
        }
    }

    /** The name is taken: by a session after all, or by a stream that was deleted while branches read it. */
    private void makeRoom(Deadline deadline) {
        doubtful = true;
        refresh(deadline);
        if (state == null) {
            world.generations().advance(id, generation + 1, deadline);
            generation++;
        }
    }

    private CreateRequest createRequest(SessionRecord record) {
        EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
        writer.session(id, "insert", record.toJson());
        Expiry expiry = record.ttl().map(Expiry::ttl).orElseGet(Expiry::never);
        return new CreateRequest(ContentType.JSON, expiry, false, Payload.jsonArray(writer.entries()));
    }
}
