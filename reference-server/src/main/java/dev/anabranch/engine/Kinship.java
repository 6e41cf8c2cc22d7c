package dev.anabranch.engine;

import dev.anabranch.storage.ForkOrigin;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.StreamName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which streams share their history, because they stem from one stream by forks. */
final class Kinship {

    private static final int STREAMS_A_TIME = 1_000;

    private final StreamStorage storage;

    Kinship(StreamStorage storage) {
        this.storage = storage;
    }

    /** All streams of the family of this one, deleted ones too, each before the stream it was forked from. */
    List<StoredStream> of(StreamName name) {
        Optional<StoredStream> top = storage.find(name).map(this::top);
        if (top.isEmpty()) {
            return List.of();
        }
        Map<Long, List<Long>> forks = forks();
        List<StoredStream> family = new ArrayList<>();
        Deque<StoredStream> open = new ArrayDeque<>(List.of(top.get()));
        while (!open.isEmpty()) {
            StoredStream next = open.pop();
            family.add(next);
            for (long fork : forks.getOrDefault(next.id(), List.of())) {
                storage.stream(fork).ifPresent(open::push);
            }
        }
        Collections.reverse(family);
        return family;
    }

    private StoredStream top(StoredStream stream) {
        StoredStream top = stream;
        Optional<StoredStream> source = source(top);
        while (source.isPresent()) {
            top = source.get();
            source = source(top);
        }
        return top;
    }

    private Optional<StoredStream> source(StoredStream stream) {
        return stream.origin().map(ForkOrigin::sourceId).flatMap(storage::stream);
    }

    /** Forks by the stream they were made of. */
    private Map<Long, List<Long>> forks() {
        Map<Long, List<Long>> forks = new HashMap<>();
        Optional<StreamName> after = Optional.empty();
        List<StoredStream> page;
        do {
            page = storage.list("", after, STREAMS_A_TIME);
            for (StoredStream stream : page) {
                stream.origin()
                        .ifPresent(origin -> forks.computeIfAbsent(origin.sourceId(), unseen -> new ArrayList<>())
                                .add(stream.id()));
                after = Optional.of(stream.name());
            }
        } while (!page.isEmpty());
        return forks;
    }
}
