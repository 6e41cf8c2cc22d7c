package dev.anabranch.subscriptions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one subscription's state in a stream of the engine, under names that no client can reach.
 *
 * <p>A stream begins with a whole image and goes on with changes. When the changes have outgrown the image, the next
 * change begins a new stream, and the former is deleted; so what is kept stays in proportion to what it says. A crash
 * in between leaves two streams, of which the last whole one counts. Used by one thread at a time; writes do not
 * overlap.
 */
final class SubscriptionLog {

    static final String ROOT = SubscriptionConfig.RESERVED + "/state/subscriptions/";

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionLog.class);
    private static final int BYTES_BEFORE_IMAGE = 64 * 1024;
    private static final int BODY_BYTES_MAX = 256 * 1024;
    private static final int READ_BYTES = 1024 * 1024;
    private static final int NAMES_PER_CALL = 1_000;

    private final StreamEngine engine;
    private final String prefix;

    private long number;
    private long imageBytes;
    private long changeBytes;
    private boolean broken = true;

    private SubscriptionLog(StreamEngine engine, String prefix) {
        this.engine = engine;
        this.prefix = prefix;
    }

    /** The log of a subscription that is new: the first write is an image. */
    static SubscriptionLog create(StreamEngine engine, SubscriptionId id) {
        byte[] bytes = id.value().getBytes(StandardCharsets.UTF_8);
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        SubscriptionLog log = new SubscriptionLog(engine, ROOT + key + "/");
        log.number = lastNumber(engine, log.prefix);
        return log;
    }

    /** Whether the next write must be an image: nothing is written yet, enough is, or it is unknown what is. */
    boolean wantsImage() {
        return broken || changeBytes > Math.max(BYTES_BEFORE_IMAGE, 2 * imageBytes);
    }

    CompletableFuture<Void> append(Change change) {
        String message = StateCodec.change(change);
        changeBytes += message.length();
        return appendAll(name(number), List.of(List.of(message)), 0).whenComplete((done, failure) -> {
            if (failure != null) {
                broken = true;
            }
        });
    }

    /** Begins a new stream with {@code image}. */
    CompletableFuture<Void> write(Image image) {
        broken = true;
        long former = number;
        number++;
        StreamName name = name(number);
        List<List<String>> bodies = bodies(StateCodec.image(image));
        long bytes =
                bodies.stream().flatMap(List::stream).mapToLong(String::length).sum();
        return engine.create(name, CreateRequest.JSON.withBody(Payload.jsonArray(bodies.get(0))))
                .thenCompose(result -> {
                    if (!(result instanceof CreateResult.Created)) {
                        throw new IllegalStateException("stream '" + name + "' is there already");
                    }
                    return appendAll(name, bodies, 1);
                })
                .thenRun(() -> {
                    broken = false;
                    imageBytes = bytes;
                    changeBytes = 0;
                    if (former > 0) {
                        forget(engine, name(former));
                    }
                });
    }

    /** Deletes everything, the oldest first, so that a crash does not bring an old state back. */
    CompletableFuture<Void> delete() {
        CompletableFuture<Void> deleted = CompletableFuture.completedFuture(null);
        for (StreamName name : streams(engine, prefix)) {
            deleted = deleted.thenCompose(
                    before -> engine.delete(name).thenAccept(existed -> LOG.debug("deleted {}: {}", name, existed)));
        }
        return deleted;
    }

    /** Reads all subscriptions that are kept. Blocks. */
    static void load(StreamEngine engine, Loaded loaded) {
        Map<String, List<StreamName>> logs = new LinkedHashMap<>();
        for (StreamName name : streams(engine, ROOT)) {
            String prefix = name.value().substring(0, name.value().lastIndexOf('/') + 1);
            logs.computeIfAbsent(prefix, p -> new ArrayList<>()).add(name);
        }
        logs.forEach((prefix, names) -> loadOne(engine, prefix, names, loaded));
    }

    /** Takes what was loaded. */
    interface Loaded {
        void accept(Image image, SubscriptionLog log);
    }

    private static void loadOne(StreamEngine engine, String prefix, List<StreamName> names, Loaded loaded) {
        boolean found = false;
        for (int i = names.size() - 1; i >= 0; i--) {
            Replay replay = new Replay();
            if (!found) {
                SubscriptionLog log = new SubscriptionLog(engine, prefix);
                read(engine, names.get(i), replay);
                found = replay.isComplete();
                if (found) {
                    log.number = numberOf(names.get(i));
                    log.imageBytes = replay.imageBytes;
                    log.changeBytes = replay.changeBytes;
                    // A later, unfinished image leaves its name taken.
                    log.broken = i < names.size() - 1;
                    log.number = log.broken ? numberOf(names.get(names.size() - 1)) : log.number;
                    loaded.accept(replay.image(), log);
                    continue;
                }
            }
            forget(engine, names.get(i));
        }
    }

    private static void read(StreamEngine engine, StreamName name, Replay replay) {
        Offset from = Offset.BEGINNING;
        while (true) {
            StreamPage page = engine.read(name, from, READ_BYTES).page();
            page.messages().forEach(replay);
            if (page.upToDate()) {
                return;
            }
            from = page.next();
        }
    }

    private CompletableFuture<Void> appendAll(StreamName name, List<List<String>> bodies, int index) {
        if (index == bodies.size()) {
            return CompletableFuture.completedFuture(null);
        }
        return engine.append(name, AppendRequest.json(bodies.get(index))).thenCompose(result -> {
            if (!(result instanceof AppendResult.Appended)) {
                throw new IllegalStateException("stream '" + name + "' refused a change: " + result);
            }
            return appendAll(name, bodies, index + 1);
        });
    }

    private static List<List<String>> bodies(List<String> messages) {
        List<List<String>> bodies = new ArrayList<>();
        List<String> body = new ArrayList<>();
        int bytes = 0;
        for (String message : messages) {
            if (bytes > BODY_BYTES_MAX) {
                bodies.add(body);
                body = new ArrayList<>();
                bytes = 0;
            }
            body.add(message);
            bytes += message.length();
        }
        bodies.add(body);
        return bodies;
    }

    private StreamName name(long number) {
        return new StreamName(prefix + String.format("%016d", number));
    }

    private static long numberOf(StreamName name) {
        return Long.parseLong(name.value().substring(name.value().lastIndexOf('/') + 1));
    }

    private static long lastNumber(StreamEngine engine, String prefix) {
        List<StreamName> streams = streams(engine, prefix);
        return streams.isEmpty() ? 0 : numberOf(streams.get(streams.size() - 1));
    }

    private static void forget(StreamEngine engine, StreamName name) {
        CompletableFuture<Boolean> unused = engine.delete(name).whenComplete((existed, failure) -> {
            if (failure != null) {
                LOG.warn("{} could not be deleted; the next start tries again", name, failure);
            }
        });
    }

    /** The names of all streams that begin with {@code prefix}, in their order. */
    static List<StreamName> streams(StreamEngine engine, String prefix) {
        List<StreamName> all = new ArrayList<>();
        Optional<StreamName> after = Optional.empty();
        while (true) {
            List<StreamName> some = engine.names(prefix, after, NAMES_PER_CALL);
            all.addAll(some);
            if (some.size() < NAMES_PER_CALL) {
                return all;
            }
            after = Optional.of(some.get(some.size() - 1));
        }
    }

    /** Puts the state together again, message by message. */
    private static final class Replay implements Consumer<Payload> {

        private final Map<StreamName, LinkRow> links = new LinkedHashMap<>();
        private Optional<Origin> origin = Optional.empty();
        private Head head = Head.NEW;
        private boolean complete;
        private long imageBytes;
        private long changeBytes;

        @Override
        public void accept(Payload payload) {
            JsonNode message = StateCodec.parse(payload.utf8());
            if (complete) {
                changeBytes += payload.size();
            } else {
                imageBytes += payload.size();
            }
            complete |= message.path("complete").asBoolean();
            if (message.has("origin")) {
                origin = Optional.of(StateCodec.origin(message.get("origin")));
            }
            if (message.has("head")) {
                head = StateCodec.head(message.get("head"));
            }
            StateCodec.links(message.path("links")).forEach(row -> links.put(row.path(), row));
            message.path("unlinked").forEach(name -> links.remove(new StreamName(name.asText())));
        }

        boolean isComplete() {
            return complete && origin.isPresent();
        }

        Image image() {
            return new Image(origin.orElseThrow(), head, List.copyOf(links.values()));
        }
    }
}
