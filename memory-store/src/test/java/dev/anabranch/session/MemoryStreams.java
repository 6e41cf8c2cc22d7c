package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.Json;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.TailListener;
import dev.anabranch.stream.Tailing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON streams in memory, as strict about offsets and sub-offsets as a server may be, with offsets after each append or
 * after each message, and with answers that can get lost.
 */
public final class MemoryStreams implements DurableStreams {

    /** What happens to the next append. */
    public enum Fault {
        /** It is written, and the answer is lost. */
        LOSE_ANSWER,
        /** It is not written, and the answer is lost. */
        LOSE_REQUEST,
        /** Nothing: the one after it is meant. */
        NONE
    }

    private record Stored(Payload message, Offset offset, int append) {}

    private static final class Stream {
        final List<Stored> stored = new ArrayList<>();
        final Map<String, Long> producers = new HashMap<>();
        String sequence = "";
        int appends;
        long counter;
        Optional<String> forkOf = Optional.empty();
        String config = "";
        boolean deleted;
        CreateRequest request = CreateRequest.JSON;

        Offset tail() {
            return stored.isEmpty() ? token(0) : token(counter);
        }
    }

    private final boolean offsetPerMessage;
    private final Map<StreamName, Stream> streams = new LinkedHashMap<>();
    private final Map<StreamName, List<Tail>> tails = new HashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private int pageMax = Integer.MAX_VALUE;

    /** Whether each message has an offset of its own, or each append has one. */
    public MemoryStreams(boolean offsetPerMessage) {
        this.offsetPerMessage = offsetPerMessage;
    }

    /** At most this many messages per read. */
    public synchronized MemoryStreams withPages(int messages) {
        pageMax = messages;
        return this;
    }

    public synchronized void next(Fault fault) {
        faults.add(fault);
    }

    /** What was asked for, such as {@code append sessions/a}, since the last call. */
    public synchronized List<String> requests() {
        List<String> made = List.copyOf(requests);
        requests.clear();
        return made;
    }

    private static Offset token(long counter) {
        return new Offset(String.format("%016d", counter));
    }

    @Override
    public synchronized CreateResult create(StreamName name, CreateRequest request) {
        requests.add("create " + name);
        return make(name, "created", request, new Stream());
    }

    private CreateResult make(StreamName name, String config, CreateRequest request, Stream made) {
        Stream there = streams.get(name);
        if (there != null) {
            return there.deleted || !there.config.equals(config)
                    ? new CreateResult.Conflict("taken")
                    : new CreateResult.AlreadyExists(head(name, there));
        }
        made.config = config;
        made.request = request;
        streams.put(name, made);
        if (!request.body().isEmpty()) {
            write(made, request.body());
        }
        return new CreateResult.Created(head(name, made));
    }

    @Override
    public synchronized CreateResult fork(StreamName fork, ForkRequest request) {
        requests.add("fork " + fork);
        Stream source = require(request.source());
        Offset at = request.at().orElseGet(source::tail);
        int count = 0;
        while (count < source.stored.size() && source.stored.get(count).offset().compareTo(at) <= 0) {
            count++;
        }
        boolean isNamed = at.equals(token(0))
                || (count > 0 && source.stored.get(count - 1).offset().equals(at));
        if (!isNamed) {
            throw new InvalidRequestException("no such offset: " + at);
        }
        for (long i = 0; i < request.subOffset(); i++) {
            boolean sameAppend = count < source.stored.size()
                    && (i == 0
                            || source.stored.get(count).append()
                                    == source.stored.get(count - 1).append());
            if (!sameAppend) {
                throw new InvalidRequestException("sub-offset reaches past the append");
            }
            count++;
        }
        Stream made = new Stream();
        made.stored.addAll(source.stored.subList(0, count));
        made.counter = count == 0
                ? 0
                : Long.parseLong(made.stored.get(count - 1).offset().token());
        made.appends = source.appends;
        made.forkOf = Optional.of(request.source().value());
        CreateRequest asCreate = CreateRequest.JSON.withBody(request.body());
        return make(fork, "fork " + request.source() + at + "/" + request.subOffset(), asCreate, made);
    }

    @Override
    public synchronized AppendResult append(StreamName name, AppendRequest request) {
        requests.add("append " + name);
        Fault fault = faults.poll();
        if (fault == Fault.LOSE_REQUEST) {
            throw lost();
        }
        AppendResult result = doAppend(require(name), request);
        if (fault == Fault.LOSE_ANSWER) {
            throw lost();
        }
        tails.getOrDefault(name, List.of()).forEach(Tail::deliver);
        return result;
    }

    private static StreamsUnavailableException lost() {
        return new StreamsUnavailableException(
                StreamsUnavailableException.Cause.CONNECTION,
                StreamsUnavailableException.Outcome.UNKNOWN,
                "the answer is lost",
                null);
    }

    private AppendResult doAppend(Stream stream, AppendRequest request) {
        if (request.producer().isPresent()) {
            String key = request.producer().get().id() + "/"
                    + request.producer().get().epoch();
            long last = stream.producers.getOrDefault(key, -1L);
            if (request.producer().get().sequence() <= last) {
                return new AppendResult.Duplicate(stream.tail(), Optional.of(last), false);
            }
            if (request.producer().get().sequence() > last + 1) {
                return new AppendResult.ProducerGap(
                        last + 1, request.producer().get().sequence());
            }
        }
        if (request.sequence().isPresent()) {
            if (request.sequence().get().compareTo(stream.sequence) <= 0) {
                return new AppendResult.SequenceConflict(stream.tail());
            }
            stream.sequence = request.sequence().get();
        }
        request.producer()
                .ifPresent(
                        producer -> stream.producers.put(producer.id() + "/" + producer.epoch(), producer.sequence()));
        write(stream, request.body());
        return new AppendResult.Appended(stream.tail(), false);
    }

    private void write(Stream stream, Payload body) {
        JsonNode json = parse(body);
        List<JsonNode> messages = new ArrayList<>();
        if (json.isArray()) {
            json.forEach(messages::add);
        } else {
            messages.add(json);
        }
        stream.appends++;
        for (int i = 0; i < messages.size(); i++) {
            boolean isLast = i == messages.size() - 1;
            long number = offsetPerMessage ? stream.counter + 1 : stream.counter + (i == 0 ? messages.size() : 0);
            stream.counter = number;
            stream.stored.add(new Stored(Payload.of(Json.write(messages.get(i))), token(number), stream.appends));
            assert isLast || i >= 0;
        }
    }

    private static JsonNode parse(Payload body) {
        try {
            return Json.MAPPER.readTree(body.toByteArray());
        } catch (java.io.IOException malformed) {
            throw new InvalidRequestException("malformed", malformed);
        }
    }

    @Override
    public synchronized StreamPage read(StreamName name, Offset from) {
        requests.add("read " + name);
        return page(require(name), from);
    }

    private StreamPage page(Stream stream, Offset from) {
        if (!from.isSentinel() && from.compareTo(stream.tail()) > 0) {
            throw new InvalidRequestException("beyond the tail");
        }
        List<Payload> messages = new ArrayList<>();
        Offset next = from.isSentinel() ? token(0) : from;
        boolean upToDate = true;
        for (Stored each : stream.stored) {
            if (!from.isSentinel() && each.offset().compareTo(from) <= 0) {
                continue;
            }
            if (messages.size() >= pageMax && !each.offset().equals(next)) {
                upToDate = false;
                break;
            }
            messages.add(withOffset(each));
            next = each.offset();
        }
        return new StreamPage(from, messages, next, upToDate, false);
    }

    private static Payload withOffset(Stored stored) {
        JsonNode json = parse(stored.message());
        if (json.path("headers").has("operation") && json.path("headers") instanceof ObjectNode headers) {
            headers.put("offset", stored.offset().token());
        }
        return Payload.of(Json.write(json));
    }

    private final class Tail implements Tailing {
        private final StreamName name;
        private final TailListener listener;
        private Offset at;
        private boolean closed;

        Tail(StreamName name, Offset at, TailListener listener) {
            this.name = name;
            this.at = at;
            this.listener = listener;
        }

        void deliver() {
            if (closed) {
                return;
            }
            StreamPage page = page(require(name), at);
            at = page.next();
            listener.onPage(page);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public synchronized Tailing tail(StreamName name, Offset from, TailListener listener) {
        Tail tail = new Tail(name, from, listener);
        tails.computeIfAbsent(name, each -> new ArrayList<>()).add(tail);
        tail.deliver();
        return tail;
    }

    @Override
    public synchronized Optional<StreamHead> head(StreamName name) {
        requests.add("head " + name);
        Stream stream = streams.get(name);
        if (stream != null && stream.deleted) {
            throw new StreamGoneException(name);
        }
        return Optional.ofNullable(stream).map(each -> head(name, each));
    }

    private static StreamHead head(StreamName name, Stream stream) {
        return new StreamHead(name, stream.request.contentType(), stream.tail(), false, stream.request.expiry());
    }

    private Stream require(StreamName name) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw new StreamNotFoundException(name);
        }
        if (stream.deleted) {
            throw new StreamGoneException(name);
        }
        return stream;
    }

    @Override
    public synchronized boolean delete(StreamName name) {
        requests.add("delete " + name);
        Stream stream = streams.get(name);
        if (stream == null) {
            return false;
        }
        if (stream.deleted) {
            throw new StreamGoneException(name);
        }
        boolean isRead = streams.values().stream()
                .anyMatch(each -> each.forkOf.filter(name.value()::equals).isPresent());
        if (isRead) {
            stream.deleted = true;
        } else {
            streams.remove(name);
        }
        return true;
    }

    /** What {@code kill -9} and a restart leave: everything, as every append is durable. */
    @Override
    public void close() {}
}
