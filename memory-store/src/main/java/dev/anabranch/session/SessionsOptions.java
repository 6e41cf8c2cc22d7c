package dev.anabranch.session;

import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How {@link AgentSessions} works.
 *
 * @param prefix where the streams lie below the server's base: {@code a/b} puts a session at {@code a/b/sessions/ID}
 *     and the directory at {@code a/b/directory}. Empty for the base itself
 * @param creator noted on sessions that name no other
 * @param consistency how far a read trusts what this process knows already
 * @param sessionsMax sessions whose windows are kept in memory at most; the least recently used is dropped and, when it
 *     is wanted again, rebuilt from its stream
 * @param memoryMax bytes of messages, as JSON, that are kept in memory at most, by the same rule
 * @param ttl how long sessions live untouched that are made by their first message, in whole seconds; empty for ever
 * @param deadline how long one call may take in all, retries included
 * @param clock tells the time noted on entries
 */
public record SessionsOptions(
        Optional<StreamName> prefix,
        Optional<String> creator,
        Consistency consistency,
        int sessionsMax,
        long memoryMax,
        Optional<Duration> ttl,
        Duration deadline,
        InstantSource clock) {

    /** Streams at the base, tail checked on each read, 1,000 sessions or 64 MiB in memory, 30 seconds per call. */
    public static final SessionsOptions DEFAULTS = new SessionsOptions(
            Optional.empty(),
            Optional.empty(),
            Consistency.CHECK_TAIL,
            1_000,
            64L << 20,
            Optional.empty(),
            Duration.ofSeconds(30),
            InstantSource.system());

    public SessionsOptions {
        if (sessionsMax < 1 || memoryMax < 1) {
            throw new IllegalArgumentException("limit of memory is not positive");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline is not positive: " + deadline);
        }
    }

    public SessionsOptions withPrefix(StreamName prefix) {
        return new SessionsOptions(
                Optional.of(prefix), creator, consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }

    public SessionsOptions withCreator(String creator) {
        return new SessionsOptions(
                prefix, Optional.of(creator), consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }

    public SessionsOptions withConsistency(Consistency consistency) {
        return new SessionsOptions(prefix, creator, consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }

    public SessionsOptions withSessionsMax(int sessionsMax) {
        return new SessionsOptions(prefix, creator, consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }

    public SessionsOptions withMemoryMax(long bytes) {
        return new SessionsOptions(prefix, creator, consistency, sessionsMax, bytes, ttl, deadline, clock);
    }

    public SessionsOptions withTtl(Duration ttl) {
        return new SessionsOptions(
                prefix, creator, consistency, sessionsMax, memoryMax, Optional.of(ttl), deadline, clock);
    }

    public SessionsOptions withDeadline(Duration deadline) {
        return new SessionsOptions(prefix, creator, consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }

    public SessionsOptions withClock(InstantSource clock) {
        return new SessionsOptions(prefix, creator, consistency, sessionsMax, memoryMax, ttl, deadline, clock);
    }
}
