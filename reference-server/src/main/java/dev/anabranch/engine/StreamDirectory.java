package dev.anabranch.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.anabranch.storage.ForkOrigin;
import dev.anabranch.storage.RemovalOutcome;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds streams by name, loading them as they are needed. Safe for use by many threads. */
final class StreamDirectory {

    /*
     * At any time there is at most one cell that is in use for a name: cells are found through a map of weak
     * references, and whoever uses one, changes on their way to disk included, holds it. A second cache, bounded, only
     * keeps cells that are not in use from being loaded again and again.
     *
     * A cell is loaded inside the map's computation for its name, and taken out after the change that made it old is
     * durable. So either it was loaded from the new state, or it is taken out afterwards.
     */

    private final Cache<StreamName, StreamCell> inUse =
            Caffeine.newBuilder().weakValues().build();
    private final Cache<StreamName, StreamCell> kept;
    private final Cache<Long, Lineage> lineages =
            Caffeine.newBuilder().weakValues().build();
    // Streams with a TTL that were accessed and whose access is not recorded yet.
    private final Set<StreamCell> accessed = ConcurrentHashMap.newKeySet();

    private final StreamStorage storage;
    private final EngineClock clock;
    private final StreamCell.Events events;
    private final Damage damage;

    StreamDirectory(StreamStorage storage, EngineClock clock, int keptMax, StreamCell.Events events, Damage damage) {
        this.damage = damage;
        this.storage = storage;
        this.clock = clock;
        // Keeping order is little work, and costs less where it falls due than waking a thread for it.
        this.kept = Caffeine.newBuilder()
                .maximumSize(keptMax)
                .executor(Runnable::run)
                .build();
        this.events = events;
    }

    long kept() {
        return kept.estimatedSize();
    }

    /** The stream that holds this name: perhaps deleted, perhaps expired. */
    @Nullable
    StreamCell find(StreamName name) {
        StreamCell cell = inUse.get(name, this::load);
        if (cell != null && kept.getIfPresent(name) != cell) {
            kept.put(name, cell);
        }
        return cell;
    }

    /** The stream of this name, whose TTL does not start anew. */
    StreamCell live(StreamName name) {
        StreamCell cell = find(name);
        if (cell == null) {
            throw new StreamNotFoundException(name);
        }
        if (cell.committed().deleted()) {
            throw new StreamGoneException(name);
        }
        if (cell.lifetime().hasExpired(clock.now(), clock.calendar())) {
            throw expired(cell);
        }
        return cell;
    }

    /** The stream of this name, whose TTL starts anew. */
    StreamCell touched(StreamName name) {
        StreamCell cell = live(name);
        if (!cell.lifetime().touch(clock.now(), clock.calendar())) {
            throw expired(cell);
        }
        if (cell.lifetime().isSliding()) {
            accessed.add(cell);
        }
        return cell;
    }

    /** Hands over the accesses that are not recorded yet. */
    void recordAccess() {
        Map<Long, Long> times = new HashMap<>();
        for (Iterator<StreamCell> cells = accessed.iterator(); cells.hasNext(); ) {
            StreamCell cell = cells.next();
            // Removed before it is looked at: an access right now puts it back.
            cells.remove();
            if (!cell.isDiscarded() && cell.lifetime().accessed() > 0) {
                times.put(cell.id(), cell.lifetime().accessed());
            }
        }
        if (!times.isEmpty()) {
            storage.recordAccess(times);
        }
    }

    /** Takes a cell out that must not be used again. */
    void takeOut(StreamCell cell) {
        inUse.asMap().remove(cell.name(), cell);
        kept.asMap().remove(cell.name(), cell);
    }

    /** Takes whatever cell there is for this name out. */
    void takeOut(StreamName name) {
        StreamCell cell = inUse.asMap().remove(name);
        kept.invalidate(name);
        if (cell != null) {
            cell.discard();
        }
    }

    void takeOut(RemovalOutcome.Removed removed) {
        for (StoredStream stream : removed.streams()) {
            StreamCell cell = inUse.getIfPresent(stream.name());
            if (cell != null && cell.id() == stream.id()) {
                takeOut(cell);
                cell.discard();
            }
        }
    }

    void takeOutAll() {
        inUse.asMap().keySet().forEach(this::takeOut);
    }

    /** An expired stream behaves as a deleted one does, from the moment it expires. */
    private RuntimeException expired(StreamCell cell) {
        return storage.hasForks(cell.id())
                ? new StreamGoneException(cell.name())
                : new StreamNotFoundException(cell.name());
    }

    private @Nullable StreamCell load(StreamName name) {
        Optional<StoredStream> found = storage.find(name);
        if (found.isEmpty()) {
            return null;
        }
        StoredStream stream = found.get();
        Lineage lineage = lineage(stream);
        return lineage == null ? null : new StreamCell(stream, lineage, storage, events);
    }

    /** Null if the stream was removed while its ancestors were looked up. */
    private @Nullable Lineage lineage(StoredStream stream) {
        Deque<StoredStream> unknown = new ArrayDeque<>();
        Lineage lineage = lineages.getIfPresent(stream.id());
        StoredStream next = stream;
        while (lineage == null) {
            unknown.push(next);
            if (next.origin().isEmpty()) {
                lineage = Lineage.root(next.id());
                lineages.put(unknown.pop().id(), lineage);
                break;
            }
            long sourceId = next.origin().get().sourceId();
            lineage = lineages.getIfPresent(sourceId);
            if (lineage == null) {
                Optional<StoredStream> source = storage.stream(sourceId);
                if (source.isEmpty()) {
                    return missingSource(stream, next.origin().get());
                }
                next = source.get();
            }
        }
        while (!unknown.isEmpty()) {
            StoredStream fork = unknown.pop();
            lineage = lineage.fork(fork.id(), fork.origin().orElseThrow().position());
            lineages.put(fork.id(), lineage);
        }
        return lineage;
    }

    private @Nullable Lineage missingSource(StoredStream stream, ForkOrigin origin) {
        if (storage.stream(stream.id()).isEmpty()) {
            return null;
        }
        throw damage.found("stream '" + stream.name() + "' is damaged: '" + origin.source()
                + "', which it was forked from, is missing");
    }
}
