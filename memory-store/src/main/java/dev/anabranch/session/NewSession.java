package dev.anabranch.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a new root session shall be.
 *
 * @param id empty for a random UUID; see {@link AgentSessions#session} for what may be one
 * @param label empty for the id
 * @param creator empty for that of {@link SessionsOptions#creator}
 * @param ttl how long it lives untouched, in whole seconds; empty for ever
 */
public record NewSession(
        Optional<String> id,
        Optional<String> label,
        Optional<String> creator,
        SessionSettings settings,
        Map<String, Object> metadata,
        Optional<Duration> ttl) {

    /** A session with a random id and nothing else said. */
    public static final NewSession DEFAULTS = new NewSession(
            Optional.empty(), Optional.empty(), Optional.empty(), SessionSettings.NONE, Map.of(), Optional.empty());

    public NewSession {
        metadata = Map.copyOf(metadata);
    }

    public NewSession withId(String id) {
        return new NewSession(Optional.of(id), label, creator, settings, metadata, ttl);
    }

    public NewSession withLabel(String label) {
        return new NewSession(id, Optional.of(label), creator, settings, metadata, ttl);
    }

    public NewSession withCreator(String creator) {
        return new NewSession(id, label, Optional.of(creator), settings, metadata, ttl);
    }

    public NewSession withSettings(SessionSettings settings) {
        return new NewSession(id, label, creator, settings, metadata, ttl);
    }

    public NewSession withMetadata(Map<String, Object> metadata) {
        return new NewSession(id, label, creator, settings, metadata, ttl);
    }

    public NewSession withTtl(Duration ttl) {
        return new NewSession(id, label, creator, settings, metadata, Optional.of(ttl));
    }
}
