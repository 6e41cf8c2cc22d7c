package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.stream.StreamName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The streams that some subscription is linked to. Used by the loop's thread alone. */
final class StreamTable {

    private final StreamEngine engine;
    private final Map<StreamName, Followed> streams = new HashMap<>();
    private final long linksMax;
    private long links;

    StreamTable(StreamEngine engine, long linksMax) {
        this.engine = engine;
        this.linksMax = linksMax;
    }

    @Nullable
    Followed get(StreamName name) {
        return streams.get(name);
    }

    Followed follow(StreamName name) {
        return streams.computeIfAbsent(name, n -> new Followed(n, engine.status(n)));
    }

    /** Whether there may be so many links more. */
    boolean hasRoom(int more) {
        return links + more <= linksMax;
    }

    /** Keeps a link. */
    void keep(Link link) {
        links += link.stream().link(link) ? 1 : 0;
    }

    /** Forgets a link, and its stream with the last one. */
    void release(Link link) {
        Followed stream = link.stream();
        links -= stream.unlink(link) ? 1 : 0;
        if (stream.isUnlinked()) {
            streams.remove(stream.name());
        }
    }
}
