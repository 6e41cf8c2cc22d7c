package dev.anabranch.engine;

import dev.anabranch.stream.ContentType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the engine should do, in the plainest way: every fork has a copy of what it shares. Outcomes are words. */
final class EngineModel {

    private final Map<String, Stream> streams = new TreeMap<>();
    private long now;

    private static final class Stream {
        private final String name;
        private final ContentType type;
        private final Optional<Duration> ttl;
        private final @Nullable Stream source;
        private final String origin;
        private final boolean ttlInherited;
        private final List<String> units = new ArrayList<>();
        private final List<Integer> appendEnds = new ArrayList<>();
        private final TreeSet<Integer> boundaries = new TreeSet<>(List.of(0));
        private final Map<String, long[]> producers = new HashMap<>();
        private @Nullable String sequence;
        private @Nullable String closedBy;
        private boolean closed;
        private boolean deleted;
        private long accessed;

        Stream(
                String name,
                ContentType type,
                Optional<Duration> ttl,
                @Nullable Stream source,
                String origin,
                boolean ttlInherited) {
            this.name = name;
            this.type = type;
            this.ttl = ttl;
            this.source = source;
            this.origin = origin;
            this.ttlInherited = ttlInherited;
        }

        void add(List<String> added) {
            units.addAll(added);
            added.forEach(unit -> appendEnds.add(units.size()));
            boundaries.add(units.size());
        }

        void share(Stream from, int position) {
            units.addAll(from.units.subList(0, position));
            from.appendEnds.subList(0, position).forEach(end -> appendEnds.add(Math.min(end, position)));
            boundaries.addAll(from.boundaries.headSet(position, true));
            boundaries.add(position);
        }

        boolean isPlace(int position) {
            return position <= units.size() && (type.isJson() || boundaries.contains(position));
        }
    }

    void pass(Duration duration) {
        now += duration.toMillis();
    }

    String create(String name, ContentType type, Optional<Duration> ttl, boolean closed, List<String> body) {
        endIfExpired(name);
        Stream holder = streams.get(name);
        if (holder != null) {
            boolean same = !holder.deleted
                    && holder.source == null
                    && holder.origin.isEmpty()
                    && holder.type.equals(type)
                    && holder.ttl.equals(ttl)
                    && holder.closed == closed;
            return same ? "exists " + holder.units.size() : "conflict";
        }
        Stream made = new Stream(name, type, ttl, null, "", false);
        return put(made, closed, body);
    }

    String fork(
            String name,
            String sourceName,
            Optional<Integer> at,
            int sub,
            Optional<Duration> ttl,
            boolean closed,
            List<String> body) {
        endIfExpired(name);
        Stream holder = streams.get(name);
        if (holder != null) {
            return match(holder, sourceName, at, sub, ttl, closed);
        }
        Stream source = streams.get(sourceName);
        if (source == null || (!source.deleted && hasExpired(source) && !hasForks(source))) {
            return "not found";
        }
        if (source.deleted || hasExpired(source)) {
            return "conflict";
        }
        int anchor = at.orElse(source.units.size());
        if (!source.isPlace(anchor)) {
            return "invalid";
        }
        int reach = anchor < source.units.size() ? source.appendEnds.get(anchor) : anchor;
        if (anchor + sub > reach) {
            return "invalid";
        }
        Stream made = new Stream(
                name,
                source.type,
                ttl.or(() -> source.ttl),
                source,
                sourceName + "@" + anchor + "+" + sub,
                ttl.isEmpty());
        made.share(source, anchor + sub);
        return put(made, closed, body);
    }

    private String match(
            Stream holder, String sourceName, Optional<Integer> at, int sub, Optional<Duration> ttl, boolean closed) {
        if (holder.deleted || holder.source == null || !holder.origin.startsWith(sourceName + "@")) {
            return "conflict";
        }
        String place = holder.origin.substring(sourceName.length() + 1);
        boolean samePlace = at.isPresent() ? place.equals(at.get() + "+" + sub) : place.endsWith("+" + sub);
        boolean sameTtl = ttl.isPresent() ? holder.ttl.equals(ttl) : holder.ttlInherited;
        return samePlace && sameTtl && holder.closed == closed ? "exists " + holder.units.size() : "conflict";
    }

    private String put(Stream made, boolean closed, List<String> body) {
        if (!body.isEmpty()) {
            made.add(body);
        }
        made.closed = closed;
        made.accessed = now;
        streams.put(made.name, made);
        return "created " + made.units.size();
    }

    String append(
            String name,
            ContentType type,
            List<String> body,
            @Nullable String producer,
            long epoch,
            long number,
            @Nullable String sequence,
            boolean close) {
        Stream stream = streams.get(name);
        String missing = missing(stream);
        if (stream == null || !missing.isEmpty()) {
            return missing;
        }
        stream.accessed = now;
        String stamp = producer + "/" + epoch + "/" + number;
        if (stream.closed) {
            boolean repeated = producer == null ? body.isEmpty() : stamp.equals(stream.closedBy);
            return repeated ? "duplicate closed " + stream.units.size() : "closed " + stream.units.size();
        }
        if (!body.isEmpty() && !stream.type.equals(type)) {
            return "mismatch";
        }
        if (producer != null) {
            long[] last = stream.producers.get(producer);
            if (last == null ? number != 0 : epoch == last[0] && number > last[1] + 1) {
                return "gap " + (last == null ? 0 : last[1] + 1);
            }
            if (last != null && epoch < last[0]) {
                return "fenced " + last[0];
            }
            if (last != null && epoch > last[0] && number != 0) {
                return "invalid";
            }
            if (last != null && epoch == last[0] && number <= last[1]) {
                return "duplicate " + last[1] + " " + stream.units.size();
            }
        }
        if (sequence != null && stream.sequence != null && sequence.compareTo(stream.sequence) <= 0) {
            return "sequence " + stream.units.size();
        }
        if (producer != null) {
            stream.producers.put(producer, new long[] {epoch, number});
        }
        if (sequence != null) {
            stream.sequence = sequence;
        }
        if (!body.isEmpty()) {
            stream.add(body);
        }
        stream.closed = close;
        stream.closedBy = close && producer != null ? stamp : null;
        return "appended " + stream.units.size();
    }

    String read(String name, int from) {
        Stream stream = streams.get(name);
        String missing = missing(stream);
        if (stream == null || !missing.isEmpty()) {
            return missing;
        }
        stream.accessed = now;
        if (!stream.isPlace(from)) {
            return "invalid";
        }
        String separator = stream.type.isJson() ? "," : "";
        return String.join(separator, stream.units.subList(from, stream.units.size())) + " " + stream.closed;
    }

    String status(String name) {
        Stream stream = streams.get(name);
        String missing = missing(stream);
        return stream == null || !missing.isEmpty() ? missing : stream.units.size() + " " + stream.closed;
    }

    String delete(String name) {
        Stream stream = streams.get(name);
        String missing = missing(stream);
        if (stream == null || !missing.isEmpty()) {
            return missing;
        }
        end(stream);
        return "deleted";
    }

    List<String> names() {
        return streams.values().stream()
                .filter(stream -> missing(stream).isEmpty())
                .map(stream -> stream.name)
                .toList();
    }

    void sweep() {
        for (Stream stream : List.copyOf(streams.values())) {
            if (streams.get(stream.name) == stream && !stream.deleted && hasExpired(stream)) {
                end(stream);
            }
        }
    }

    int tail(String name) {
        Stream stream = streams.get(name);
        return stream == null ? 0 : stream.units.size();
    }

    private String missing(@Nullable Stream stream) {
        if (stream == null) {
            return "not found";
        }
        if (stream.deleted) {
            return "gone";
        }
        if (hasExpired(stream)) {
            return hasForks(stream) ? "gone" : "not found";
        }
        return "";
    }

    private void endIfExpired(String name) {
        Stream stream = streams.get(name);
        if (stream != null && !stream.deleted && hasExpired(stream)) {
            end(stream);
        }
    }

    private void end(Stream stream) {
        Stream next = stream;
        next.deleted = true;
        while (next != null && next.deleted && !hasForks(next)) {
            streams.remove(next.name);
            next = next.source;
        }
    }

    private boolean hasExpired(Stream stream) {
        return stream.ttl.isPresent()
                && now - stream.accessed >= stream.ttl.get().toMillis();
    }

    private boolean hasForks(Stream stream) {
        return streams.values().stream().anyMatch(other -> other.source == stream);
    }

    /** The units of a body: messages of JSON, bytes of anything else. */
    static List<String> units(ContentType type, List<String> body) {
        return type.isJson() || body.isEmpty()
                ? body
                : Arrays.asList(String.join("", body).split(""));
    }

    @Override
    public String toString() {
        Map<String, String> all = new LinkedHashMap<>();
        streams.forEach((name, stream) -> all.put(name, stream.units + (stream.deleted ? " deleted" : "")));
        return all.toString();
    }
}
