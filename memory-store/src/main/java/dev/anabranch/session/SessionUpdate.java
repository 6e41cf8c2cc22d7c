package dev.anabranch.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A change to what a session is; what is empty stays as it was.
 *
 * @param scratch false turns a scratch into a lasting listing; the stream's TTL stays what it was made with
 * @param metadata keys to set; those not named stay
 * @param metadataRemoved keys to remove
 */
public record SessionUpdate(
        Optional<String> label,
        Optional<Boolean> archived,
        Optional<Boolean> scratch,
        Optional<SessionSettings> settings,
        Map<String, Object> metadata,
        Set<String> metadataRemoved) {

    /** Changes nothing. */
    public static final SessionUpdate NOTHING = new SessionUpdate(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Set.of());

    public SessionUpdate {
        metadata = Map.copyOf(metadata);
        metadataRemoved = Set.copyOf(metadataRemoved);
    }

    public SessionUpdate withLabel(String label) {
        return new SessionUpdate(Optional.of(label), archived, scratch, settings, metadata, metadataRemoved);
    }

    public SessionUpdate withArchived(boolean archived) {
        return new SessionUpdate(label, Optional.of(archived), scratch, settings, metadata, metadataRemoved);
    }

    public SessionUpdate withScratch(boolean scratch) {
        return new SessionUpdate(label, archived, Optional.of(scratch), settings, metadata, metadataRemoved);
    }

    public SessionUpdate withSettings(SessionSettings settings) {
        return new SessionUpdate(label, archived, scratch, Optional.of(settings), metadata, metadataRemoved);
    }

    public SessionUpdate withMetadata(String key, Object value) {
        Map<String, Object> more = new HashMap<>(metadata);
        more.put(key, value);
        return new SessionUpdate(label, archived, scratch, settings, more, metadataRemoved);
    }

    public SessionUpdate withoutMetadata(String key) {
        Set<String> more = new HashSet<>(metadataRemoved);
        more.add(key);
        return new SessionUpdate(label, archived, scratch, settings, metadata, more);
    }
}
