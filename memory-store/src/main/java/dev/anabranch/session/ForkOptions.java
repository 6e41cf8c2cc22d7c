package dev.anabranch.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How to fork.
 *
 * @param point where the branch begins
 * @param id the branch's id; empty for a random UUID, or one that follows from {@code idempotencyKey}. Either stands
 *     behind the agent's name if the parent's id belongs to one agent
 * @param label empty for the parent's label with a number. A label that a session of the tree has already gets a number
 *     as well: {@code plan}, {@code plan (2)}, {@code plan (3)}
 * @param openToolCalls what to do when tool calls are open at the point
 * @param idempotencyKey a second fork of the same session with the same key answers the branch that the first one made,
 *     whatever else it asks for
 * @param scratch hides the branch from listings by default
 * @param ttl how long the branch lives untouched, in whole seconds; empty for the parent's
 * @param settings replaces what the branch would inherit
 * @param metadata the branch's own; nothing is inherited
 * @param creator empty for the parent's
 * @param guard asked before the branch is made, atomically with its making: see {@link ForkGuard}
 */
public record ForkOptions(
        ForkPoint point,
        Optional<String> id,
        Optional<String> label,
        OpenToolCalls openToolCalls,
        Optional<String> idempotencyKey,
        boolean scratch,
        Optional<Duration> ttl,
        Optional<SessionSettings> settings,
        Map<String, Object> metadata,
        Optional<String> creator,
        ForkGuard guard) {

    /** A lasting branch from now, with a default label and inherited settings. */
    public static final ForkOptions DEFAULTS = new ForkOptions(
            ForkPoint.now(),
            Optional.empty(),
            Optional.empty(),
            OpenToolCalls.SNAP_BACK,
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            ForkGuard.NONE);

    public ForkOptions {
        metadata = Map.copyOf(metadata);
    }

    /** {@link #DEFAULTS} from another point. */
    public static ForkOptions at(ForkPoint point) {
        return DEFAULTS.withPoint(point);
    }

    public ForkOptions withPoint(ForkPoint point) {
        return new ForkOptions(
                point, id, label, openToolCalls, idempotencyKey, scratch, ttl, settings, metadata, creator, guard);
    }

    public ForkOptions withId(String id) {
        return new ForkOptions(
                point,
                Optional.of(id),
                label,
                openToolCalls,
                idempotencyKey,
                scratch,
                ttl,
                settings,
                metadata,
                creator,
                guard);
    }

    public ForkOptions withLabel(String label) {
        return new ForkOptions(
                point,
                id,
                Optional.of(label),
                openToolCalls,
                idempotencyKey,
                scratch,
                ttl,
                settings,
                metadata,
                creator,
                guard);
    }

    public ForkOptions withOpenToolCalls(OpenToolCalls openToolCalls) {
        return new ForkOptions(
                point, id, label, openToolCalls, idempotencyKey, scratch, ttl, settings, metadata, creator, guard);
    }

    public ForkOptions withIdempotencyKey(String key) {
        return new ForkOptions(
                point, id, label, openToolCalls, Optional.of(key), scratch, ttl, settings, metadata, creator, guard);
    }

    /** A scratch that expires once it has been left alone for this long. */
    public ForkOptions withScratch(Duration ttl) {
        return new ForkOptions(
                point,
                id,
                label,
                openToolCalls,
                idempotencyKey,
                true,
                Optional.of(ttl),
                settings,
                metadata,
                creator,
                guard);
    }

    public ForkOptions withTtl(Duration ttl) {
        return new ForkOptions(
                point,
                id,
                label,
                openToolCalls,
                idempotencyKey,
                scratch,
                Optional.of(ttl),
                settings,
                metadata,
                creator,
                guard);
    }

    public ForkOptions withSettings(SessionSettings settings) {
        return new ForkOptions(
                point,
                id,
                label,
                openToolCalls,
                idempotencyKey,
                scratch,
                ttl,
                Optional.of(settings),
                metadata,
                creator,
                guard);
    }

    public ForkOptions withMetadata(Map<String, Object> metadata) {
        return new ForkOptions(
                point, id, label, openToolCalls, idempotencyKey, scratch, ttl, settings, metadata, creator, guard);
    }

    public ForkOptions withCreator(String creator) {
        return new ForkOptions(
                point,
                id,
                label,
                openToolCalls,
                idempotencyKey,
                scratch,
                ttl,
                settings,
                metadata,
                Optional.of(creator),
                guard);
    }

    public ForkOptions withGuard(ForkGuard guard) {
        return new ForkOptions(
                point, id, label, openToolCalls, idempotencyKey, scratch, ttl, settings, metadata, creator, guard);
    }
}
