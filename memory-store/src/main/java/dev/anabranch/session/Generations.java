package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.EntryWriter;
import dev.anabranch.entry.Json;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Which stream a session id stands for now, once a session of that id has been deleted. */
final class Generations {

    /*
     * A deleted stream's name stays taken while branches read it, and other processes may hold its offsets. So a session
     * id that is used again gets a new stream. The number of the latest is kept in a small stream per id, which is
     * written before the old session's stream is deleted: whoever then finds the old stream gone looks here.
     */

    private final Streams names;
    private final InstantSource clock;

    Generations(Streams names, InstantSource clock) {
        this.names = names;
        this.clock = clock;
    }

    /** The latest generation of an id; 0 if it was never deleted. */
    int latest(String id, Deadline deadline) {
        try {
            return deadline.retry(() -> readLatest(deadline.streams(), names.generations(id)));
        } catch (StreamNotFoundException neverDeleted) {
            return 0;
        }
    }

    /** Makes {@code generation} the latest, if a later one is not. */
    void advance(String id, int generation, Deadline deadline) {
        StreamName name = names.generations(id);
        EntryWriter writer = new EntryWriter("", clock.instant(), Optional.empty());
        writer.other(TypedEntry.of("generation", id, Json.object().put("generation", generation)));
        List<String> entries = writer.entries();
        DurableStreams streams = deadline.streams();
        deadline.retry(() -> {
            try {
                return streams.append(name, AppendRequest.json(entries)) instanceof AppendResult.Appended;
            } catch (StreamNotFoundException firstTime) {
                streams.create(name, CreateRequest.JSON.withBody(Payload.jsonArray(entries)));
                return latestOrZero(streams, name) >= generation;
            }
        });
        if (latest(id, deadline) < generation) {
            streams.append(name, AppendRequest.json(entries));
        }
    }

    private int latestOrZero(DurableStreams streams, StreamName name) {
        try {
            return readLatest(streams, name);
        } catch (StreamNotFoundException gone) {
            return 0;
        }
    }

    private int readLatest(DurableStreams streams, StreamName name) {
        int latest = 0;
        Offset from = Offset.BEGINNING;
        while (true) {
            StreamPage page = streams.read(name, from);
            for (Payload payload : page.messages()) {
                if (EntryReader.read(payload) instanceof Entry.Other noted) {
                    latest = Math.max(latest, noted.value().path("generation").asInt(0));
                }
            }
            if (page.upToDate()) {
                return latest;
            }
            from = page.next();
        }
    }
}
