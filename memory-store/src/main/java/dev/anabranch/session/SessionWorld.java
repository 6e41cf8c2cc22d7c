package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the sessions of one {@link AgentSessions} share. Safe for use by many threads. */
final class SessionWorld {

    /** Sessions of which little more than the name is remembered, for each whose window is. */
    private static final int NAMES_PER_SESSION = 8;

    private final DurableStreams streams;
    private final SessionsOptions options;
    private final Streams names;
    private final Generations generations;
    private final Directory directory;
    private final ServerAbilities abilities;
    private final Seeds seeds = new Seeds();
    private final String producerId = Ids.random();
    private final Object lock = new Object();
    /** Least recently used first. */
    private final LinkedHashMap<String, SessionLog> logs = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    private final Map<SessionLog, Long> weights = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    private final AtomicLong weight = new AtomicLong();

    SessionWorld(DurableStreams streams, SessionsOptions options) {
        this.streams = streams;
        this.options = options;
        this.names = new Streams(options.prefix());
        this.generations = new Generations(names, options.clock());
        this.directory = new Directory(names.directory(), options.clock());
        this.abilities = new ServerAbilities();
    }

    DurableStreams streams() {
        return streams;
    }

    SessionsOptions options() {
        return options;
    }

    Streams names() {
        return names;
    }

    Generations generations() {
        return generations;
    }

    Directory directory() {
        return directory;
    }

    ServerAbilities abilities() {
        return abilities;
    }

    Seeds seeds() {
        return seeds;
    }

    String producerId() {
        return producerId;
    }

    Instant now() {
        return options.clock().instant();
    }

    Deadline deadline() {
        return new Deadline(streams, options.deadline());
    }

    SessionLog log(String id) {
        synchronized (lock) {
            SessionLog log = logs.computeIfAbsent(id, missing -> new SessionLog(this, missing));
            int max = Math.max(1_000, options.sessionsMax() * NAMES_PER_SESSION);
            Iterator<SessionLog> eldest = logs.values().iterator();
            while (logs.size() > max && eldest.hasNext()) {
                SessionLog candidate = eldest.next();
                if (!weights.containsKey(candidate) && candidate != log) {
                    eldest.remove();
                }
            }
            return log;
        }
    }

    /** Notes how much memory a session takes, and drops others if that is too much in all. */
    void weigh(SessionLog log) {
        List<SessionLog> surplus = new ArrayList<>();
        synchronized (lock) {
            note(log);
            Iterator<SessionLog> eldest = weights.keySet().iterator();
            long left = weight.get();
            int count = weights.size();
            while ((left > options.memoryMax() || count > options.sessionsMax()) && eldest.hasNext()) {
                SessionLog candidate = eldest.next();
                if (candidate == log) {
                    continue;
                }
                surplus.add(candidate);
                left -= weights.getOrDefault(candidate, 0L);
                count--;
            }
        }
        for (SessionLog candidate : surplus) {
            drop(candidate);
        }
    }

    private void note(SessionLog log) {
        Long before = weights.remove(log);
        long now = log.bytes();
        if (now > 0) {
            weights.put(log, now);
        }
        weight.addAndGet(now - (before == null ? 0 : before));
    }

    /** A session in use is passed over: it is weighed again when its use ends. */
    private void drop(SessionLog candidate) {
        if (!candidate.lock().tryLock()) {
            return;
        }
        try {
            candidate.forget();
        } finally {
            candidate.lock().unlock();
        }
        synchronized (lock) {
            note(candidate);
        }
    }

    void forgetAll() {
        List<SessionLog> all;
        synchronized (lock) {
            all = List.copyOf(logs.values());
        }
        for (SessionLog log : all) {
            drop(log);
        }
    }
}
