package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamListener;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions, and which streams they are linked to. Used by the loop's thread alone, save for {@link #onChange},
 * which the engine calls: that notes which stream changed, at most one note a stream, and leaves the rest to the loop.
 */
final class Registry implements StreamListener {

    /**
     * What became of a stream since the loop last looked.
     *
     * @param created whether it was made in between
     */
    private record Note(StreamStatus status, boolean exists, boolean created) {

        Note then(Note later) {
            return new Note(later.status, later.exists, created || later.created);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final StreamEngine engine;
    private final Loop loop;
    private final SubscriptionAccess access;
    private final StreamTable streams;
    private final Consumer<Subscription> ready;
    private final Consumer<Subscription> wakeStreamMade;

    private final Map<SubscriptionId, Subscription> subscriptions = new HashMap<>();
    private final PatternIndex<Subscription> patterns = new PatternIndex<>();
    private final Map<StreamName, Set<Subscription>> wakeStreams = new HashMap<>();

    private final Map<StreamName, Note> notes = new ConcurrentHashMap<>();
    private final AtomicBoolean drainsSoon = new AtomicBoolean();
    private volatile boolean isEmpty = true;
    private boolean isFull;

    /**
     * Makes an empty registry.
     *
     * @param ready is told of each subscription that may have something pending
     * @param wakeStreamMade is told of each subscription whose wake stream was made
     */
    Registry(Core core, Consumer<Subscription> ready, Consumer<Subscription> wakeStreamMade) {
        this.engine = core.engine();
        this.loop = core.loop();
        this.access = core.access();
        this.streams = new StreamTable(engine, core.options().linksMax());
        this.ready = ready;
        this.wakeStreamMade = wakeStreamMade;
    }

    StreamTable streams() {
        return streams;
    }

    @Nullable
    Subscription get(SubscriptionId id) {
        return subscriptions.get(id);
    }

    Collection<Subscription> all() {
        return List.copyOf(subscriptions.values());
    }

    int size() {
        return subscriptions.size();
    }

    @Override
    public void onChange(StreamName name, StreamStatus status, Change change) {
        if (isEmpty || SubscriptionConfig.isReserved(name)) {
            return;
        }
        Note note = new Note(status, change != Change.DELETED, change == Change.CREATED);
        notes.merge(name, note, Note::then);
        if (drainsSoon.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    /** Takes in what the engine has told so far. */
    void drain() {
        drainsSoon.set(false);
        for (StreamName name : new ArrayList<>(notes.keySet())) {
            Note note = notes.remove(name);
            if (note != null) {
                take(name, note);
            }
        }
    }

    /** Begins to follow streams for {@code subscription}. */
    void add(Subscription subscription) {
        isEmpty = false;
        subscriptions.put(subscription.origin().id(), subscription);
        subscription.config().pattern().ifPresent(pattern -> patterns.add(pattern, subscription));
        if (subscription.config().delivery() instanceof Delivery.PullWake pull) {
            wakeStreams
                    .computeIfAbsent(pull.wakeStream(), name -> new HashSet<>())
                    .add(subscription);
        }
    }

    void remove(Subscription subscription) {
        if (!subscriptions.remove(subscription.origin().id(), subscription)) {
            return;
        }
        subscription.config().pattern().ifPresent(pattern -> patterns.remove(pattern, subscription));
        if (subscription.config().delivery() instanceof Delivery.PullWake pull) {
            wakeStreams.computeIfPresent(pull.wakeStream(), (name, others) -> {
                others.remove(subscription);
                return others.isEmpty() ? null : others;
            });
        }
        List.copyOf(subscription.links()).forEach(subscription::drop);
        if (subscriptions.isEmpty()) {
            isEmpty = true;
            notes.clear();
        }
    }

    /**
     * Links a new subscription to what exists, at the tails of now (PROTOCOL.md section 6.2). False if there would be
     * too many links: some are made, and some are not.
     */
    boolean backfill(Subscription subscription) {
        SubscriptionConfig config = subscription.config();
        if (!streams.hasRoom(config.streams().size())) {
            return false;
        }
        config.streams().forEach(name -> subscription.discover(rowAtTail(name, false, true)));
        if (config.pattern().isEmpty()) {
            return true;
        }
        for (StreamName name :
                SubscriptionLog.streams(engine, config.pattern().get().prefix())) {
            if (config.linksByPattern(name)
                    && access.mayRead(subscription.origin().owner(), name)) {
                if (!streams.hasRoom(1)) {
                    return false;
                }
                Link link = subscription.link(name);
                subscription.discover(rowAtTail(name, true, link != null && link.isExplicit()));
            }
        }
        return true;
    }

    /** Whether there may be so many links more. */
    boolean hasRoom(int more) {
        return streams.hasRoom(more);
    }

    /** What a link to {@code name} is when it begins now. */
    LinkRow rowAtTail(StreamName name, boolean glob, boolean explicit) {
        Optional<StreamStatus> status = engine.status(name);
        return new LinkRow(
                name,
                glob,
                explicit,
                status.map(StreamStatus::streamId).orElse(0L),
                status.map(known -> known.head().tail()).orElse(Followed.START));
    }

    /** Brings restored links up to date: streams may have gone, and others have come up just before a crash. */
    void reconcile() {
        for (Subscription subscription : all()) {
            for (Link link : List.copyOf(subscription.links())) {
                if (link.stream().streamId() == 0) {
                    streamGone(link);
                }
            }
        }
        if (patterns.isEmpty()) {
            return;
        }
        for (StreamName name : SubscriptionLog.streams(engine, "")) {
            if (!SubscriptionConfig.isReserved(name) && !patterns.matching(name).isEmpty()) {
                engine.status(name).ifPresent(status -> discover(name, status));
            }
        }
    }

    private void take(StreamName name, Note note) {
        if (note.created()) {
            for (Subscription subscription : Set.copyOf(wakeStreams.getOrDefault(name, Set.of()))) {
                wakeStreamMade.accept(subscription);
            }
        }
        if (!note.exists()) {
            Followed followed = streams.get(name);
            if (followed != null) {
                followed.update(Optional.empty());
                followed.links().forEach(this::streamGone);
            }
            return;
        }
        Followed followed = streams.get(name);
        if (followed != null) {
            followed.update(Optional.of(note.status()));
        }
        discover(name, note.status());
        followed = streams.get(name);
        if (followed != null) {
            for (Link link : followed.links()) {
                link.subscription().refresh(link);
                ready.accept(link.subscription());
            }
        }
    }

    /** Links a stream that holds something to the patterns that stand for it, before its first message. */
    private void discover(StreamName name, StreamStatus status) {
        Followed known = streams.get(name);
        if (status.head().tail().equals(Followed.START) || (known != null && known.isMatched(status.streamId()))) {
            return;
        }
        boolean isSettled = true; // else to be looked at again with the next append
        for (Subscription subscription : patterns.matching(name)) {
            Link link = subscription.link(name);
            boolean isNew = link == null || !link.isGlob();
            if (isNew && !access.mayRead(subscription.origin().owner(), name)) {
                isSettled = false;
            } else if (isNew && !streams.hasRoom(1)) {
                isSettled = false;
                sayFull();
            } else if (isNew && subscription.config().linksByPattern(name)) {
                LinkRow row = link == null
                        ? new LinkRow(name, true, false, status.streamId(), firstOf(status))
                        : link.row().asGlob();
                subscription.discover(row);
            }
        }
        Followed followed = streams.get(name);
        if (followed != null && isSettled) {
            followed.matched(status.streamId());
        }
    }

    private void sayFull() {
        if (!isFull) {
            isFull = true;
            LOG.error("subscriptions have as many links as there is memory for: streams that come up are not linked");
        }
    }

    /** The place before a stream's first own message: what a fork inherits was told of its source. */
    private static Offset firstOf(StreamStatus status) {
        return status.forkedAt().orElse(Offset.BEGINNING);
    }

    /** A pattern's link ends with its stream; a link that was asked for by name waits for another of that name. */
    private void streamGone(Link link) {
        link.unlinkGlob();
        if (link.isExplicit()) {
            link.subscription().refresh(link);
        } else {
            link.subscription().drop(link);
        }
    }
}
