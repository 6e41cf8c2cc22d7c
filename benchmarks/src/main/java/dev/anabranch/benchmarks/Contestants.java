package dev.anabranch.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.DurableStreamChatMemory;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Consistency;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.langchain4j.community.store.memory.chat.redis.RedisChatMemoryStore;
import dev.langchain4j.community.store.memory.chat.redis.StoreType;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens the contestants by name. Their servers are named by system properties: {@code redis.port},
 * {@code postgres.port}, {@code server.port}.
 */
final class Contestants {

    private Contestants() {}

    static Contestant open(String name, boolean counted) throws Exception {
        return switch (name) {
            case "in-memory" ->
                Contestant.of(
                        "LangChain4j InMemoryChatMemoryStore", new InMemoryChatMemoryStore(), Wire.NONE, () -> {});
            case "redis" -> redis(counted);
            case "postgres" -> postgres(counted);
            case "embedded" -> embedded();
            case "http" -> http("Anabranch over HTTP", Consistency.CHECK_TAIL, counted);
            case "http-live" -> http("Anabranch over HTTP, LIVE", Consistency.LIVE, counted);
            case "http-native" -> nativeMemory(counted);
            default -> throw new IllegalArgumentException("no contestant named '" + name + "'");
        };
    }

    private static Contestant redis(boolean counted) throws IOException {
        Wire wire = wire("redis.port", counted);
        RedisChatMemoryStore store = RedisChatMemoryStore.builder()
                .host("127.0.0.1")
                .port(port(wire, "redis.port"))
                .storeType(StoreType.STRING)
                .prefix("bench" + System.nanoTime() + ":")
                .build();
        return Contestant.of("Redis, appendfsync always", store, wire, () -> {});
    }

    private static Contestant postgres(boolean counted) throws Exception {
        Wire wire = wire("postgres.port", counted);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + port(wire, "postgres.port") + "/postgres");
        config.setUsername("postgres");
        config.setMaximumPoolSize(1);
        HikariDataSource source = new HikariDataSource(config);
        return Contestant.of("JDBC on PostgreSQL", new JdbcChatMemoryStore(source), wire, source);
    }

    private static Contestant embedded() throws IOException {
        Path folder = Files.createTempDirectory("anabranch-bench");
        EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder);
        return Contestant.of(
                "Anabranch embedded",
                DurableStreamChatMemoryStore.builder().streams(streams).build(),
                Wire.NONE,
                streams::close);
    }

    private static Contestant http(String name, Consistency consistency, boolean counted) throws IOException {
        Wire wire = wire("server.port", counted);
        DurableStreamChatMemoryStore store = DurableStreamChatMemoryStore.builder()
                .baseUrl(base(wire))
                .consistency(consistency)
                .build();
        return Contestant.of(name, store, wire, store::close);
    }

    private static Contestant nativeMemory(boolean counted) throws IOException {
        Wire wire = wire("server.port", counted);
        DurableStreams streams = HttpDurableStreams.connect(URI.create(base(wire)));
        AgentSessions sessions = AgentSessions.of(streams);
        return new Contestant(
                "Anabranch over HTTP, native memory",
                id -> DurableStreamChatMemory.builder()
                        .id(id)
                        .sessions(sessions)
                        .maxMessages(Integer.MAX_VALUE)
                        .build(),
                wire,
                () -> {
                    sessions.close();
                    streams.close();
                });
    }

    private static String base(Wire wire) {
        return "http://127.0.0.1:" + port(wire, "server.port") + "/v1/stream/bench" + System.nanoTime();
    }

    private static Wire wire(String property, boolean counted) throws IOException {
        return counted ? Wire.to(Integer.getInteger(property)) : Wire.NONE;
    }

    private static int port(Wire wire, String property) {
        return wire == Wire.NONE ? Integer.getInteger(property) : wire.port();
    }
}
