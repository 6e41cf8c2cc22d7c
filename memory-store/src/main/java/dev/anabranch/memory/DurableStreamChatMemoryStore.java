package dev.anabranch.memory;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Consistency;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionsOptions;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChatMemoryStore} that keeps each memory as a session on a durable stream. What a turn adds is appended,
 * nothing is ever rewritten, and what the window evicts stays in the session's history. Safe for use by many threads,
 * processes and machines on the same memory ids: every message of every writer is kept exactly once.
 *
 * <p>Failures are LangChain4j's {@link dev.langchain4j.exception.RetriableException} where a later attempt may succeed,
 * and {@link dev.langchain4j.exception.NonRetriableException} otherwise; the message says what is known of the outcome.
 */
public final class DurableStreamChatMemoryStore implements ChatMemoryStore, AutoCloseable {

    private final AgentSessions sessions;
    private final Optional<DurableStreams> ownStreams;
    private final OnDelete onDelete;
    private final Function<Object, String> ids;
    private final Executor executor;

    private DurableStreamChatMemoryStore(
            AgentSessions sessions,
            Optional<DurableStreams> ownStreams,
            OnDelete onDelete,
            Function<Object, String> ids,
            Executor executor) {
        this.sessions = sessions;
        this.ownStreams = ownStreams;
        this.onDelete = onDelete;
        this.ids = ids;
        this.executor = executor;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A store on the same sessions whose memories are those of one agent alone, whatever ids other agents use. */
    public DurableStreamChatMemoryStore forAgent(String name) {
        return new DurableStreamChatMemoryStore(
                sessions, Optional.empty(), onDelete, id -> MemoryIds.ofAgent(name, ids, id), executor);
    }

    /** The messages of the window, in a new list; empty if there are none. */
    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        AgentSession session = session(memoryId);
        return StoreFailures.translated("reading the memory", session::window);
    }

    /** Makes the window these messages, in one append of what changed; see {@link AgentSession#updateWindow}. */
    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        AgentSession session = session(memoryId);
        StoreFailures.run("writing the memory", () -> session.updateWindow(messages));
    }

    /** Does what {@link Builder#onDelete} says. */
    @Override
    public void deleteMessages(Object memoryId) {
        AgentSession session = session(memoryId);
        if (onDelete == OnDelete.DELETE) {
            StoreFailures.translated("deleting the memory", session::delete);
        } else {
            StoreFailures.run("clearing the memory", session::reset);
        }
    }

    /** As {@link #getMessages}, on the builder's executor. */
    public CompletableFuture<List<ChatMessage>> getMessagesAsync(Object memoryId) {
        return CompletableFuture.supplyAsync(() -> getMessages(memoryId), executor);
    }

    /** As {@link #updateMessages}, on the builder's executor. */
    public CompletableFuture<Void> updateMessagesAsync(Object memoryId, List<ChatMessage> messages) {
        List<ChatMessage> list = List.copyOf(messages);
        return CompletableFuture.runAsync(() -> updateMessages(memoryId, list), executor);
    }

    /** As {@link #deleteMessages}, on the builder's executor. */
    public CompletableFuture<Void> deleteMessagesAsync(Object memoryId) {
        return CompletableFuture.runAsync(() -> deleteMessages(memoryId), executor);
    }

    /** The session behind a memory id. */
    public AgentSession session(Object memoryId) {
        return sessions.session(ids.apply(Objects.requireNonNull(memoryId, "memory id")));
    }

    /** The sessions behind all memory ids. */
    public AgentSessions sessions() {
        return sessions;
    }

    /**
     * Takes over the messages that another store holds for a memory id, if this one has none of it yet. Interrupted and
     * repeated, it goes on: nothing is taken twice.
     *
     * @return how many messages the memory had there; none are taken if it has a history here already
     */
    public int importFrom(ChatMemoryStore other, Object memoryId) {
        List<ChatMessage> messages = other.getMessages(memoryId);
        AgentSession session = session(memoryId);
        if (messages.isEmpty()) {
            return 0;
        }
        StoreFailures.translated("importing a memory", () -> {
            if (session.exists() && session.summary().messageCount() > 0) {
                return false;
            }
            session.append(SessionAppend.messages(messages).withIdempotencyKey("import"));
            return true;
        });
        return messages.size();
    }

    /** Releases connections. Streams that were handed to the builder stay open. */
    @Override
    public void close() {
        sessions.close();
        ownStreams.ifPresent(DurableStreams::close);
    }

    /** Makes stores. Needs {@link #baseUrl} or {@link #streams}; everything else has a default. */
    public static final class Builder {

        private @Nullable String baseUrl;
        private @Nullable DurableStreams streams;
        private @Nullable String bearerToken;
        private @Nullable HttpClient httpClient;
        private @Nullable String agent;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private OnDelete onDelete = OnDelete.RESET;
        private Function<Object, String> ids = MemoryIds::sessionId;
        private Executor executor = ForkJoinPool.commonPool();
        private SessionsOptions options = SessionsOptions.DEFAULTS;

        private Builder() {}

        /** The server's base, such as {@code http://localhost:4437/v1/stream}; a slash at its end does not matter. */
        public Builder baseUrl(String baseUrl) {
            this.baseUrl = baseUrl;
            return this;
        }

        /** Streams to use instead of a base URL: an engine of this process, or a client that is set up already. */
        public Builder streams(DurableStreams streams) {
            this.streams = streams;
            return this;
        }

        /** Sent with each request to the base URL. */
        public Builder bearerToken(String token) {
            this.bearerToken = token;
            return this;
        }

        /** Sent with each request to the base URL. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Sent with each request to the base URL. */
        public Builder headers(Map<String, String> more) {
            headers.putAll(more);
            return this;
        }

        /** What makes requests to the base URL. */
        public Builder httpClient(HttpClient client) {
            this.httpClient = client;
            return this;
        }

        /** How far a read trusts what this process knows already; {@link Consistency#CHECK_TAIL} unless said. */
        public Builder consistency(Consistency consistency) {
            options = options.withConsistency(consistency);
            return this;
        }

        /** What {@code deleteMessages} does; {@link OnDelete#RESET} unless said. */
        public Builder onDelete(OnDelete onDelete) {
            this.onDelete = onDelete;
            return this;
        }

        /** Keeps the memories of this agent apart from those of others with the same ids. */
        public Builder forAgent(String name) {
            this.agent = name;
            return this;
        }

        /**
         * The session id for a memory id, instead of the documented mapping. Ids that are to be told apart must give
         * different session ids; see {@link AgentSessions#session} for what may be one.
         */
        public Builder ids(Function<Object, String> ids) {
            this.ids = ids;
            return this;
        }

        /** How long a new session lives untouched, in whole seconds; for ever unless said. */
        public Builder ttl(Duration ttl) {
            options = options.withTtl(ttl);
            return this;
        }

        /** How long one call may take in all, retries included; 30 seconds unless said. */
        public Builder deadline(Duration deadline) {
            options = options.withDeadline(deadline);
            return this;
        }

        /** Where the streams lie below the base. */
        public Builder prefix(String prefix) {
            options = options.withPrefix(new StreamName(prefix));
            return this;
        }

        /** Everything about the sessions at once. */
        public Builder options(SessionsOptions options) {
            this.options = options;
            return this;
        }

        /** What runs the asynchronous methods; the common pool unless said. */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** Makes the store. No request is made. */
        public DurableStreamChatMemoryStore build() {
            DurableStreams given = streams;
            if (given == null && baseUrl == null) {
                throw new IllegalArgumentException("neither base URL nor streams are given");
            }
            if (given != null && baseUrl != null) {
                throw new IllegalArgumentException("both base URL and streams are given");
            }
            DurableStreams used = given == null ? connect(Objects.requireNonNull(baseUrl)) : given;
            Function<Object, String> mapping = ids;
            String name = agent;
            Function<Object, String> mapped = name == null ? mapping : id -> MemoryIds.ofAgent(name, mapping, id);
            return new DurableStreamChatMemoryStore(
                    AgentSessions.of(used, options),
                    given == null ? Optional.of(used) : Optional.empty(),
                    onDelete,
                    mapped,
                    executor);
        }

        private DurableStreams connect(String url) {
            HttpDurableStreams.Builder client =
                    HttpDurableStreams.builder(URI.create(url)).callTimeout(options.deadline());
            if (bearerToken != null) {
                client.bearerToken(bearerToken);
            }
            if (httpClient != null) {
                client.httpClient(httpClient);
            }
            headers.forEach(client::header);
            return client.build();
        }
    }
}
