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

    StreamTable(StreamEngine engine) {
        this.engine = engine;
    }

    @Nullable
    Followed get(StreamName name) {
        return streams.get(name);
    }

    Followed follow(StreamName name) {
        return streams.computeIfAbsent(name, n -> new Followed(n, engine.status(n)));
    }

    /** Forgets a link, and its stream with the last one. */
    void release(Link link) {
        Followed stream = link.stream();
        stream.unlink(link);
        if (stream.isUnlinked()) {
            streams.remove(stream.name());
        }
    }
}
