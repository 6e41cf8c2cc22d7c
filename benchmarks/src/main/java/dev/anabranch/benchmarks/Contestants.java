package dev.anabranch.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.langchain4j.community.store.memory.chat.redis.RedisChatMemoryStore;
import dev.langchain4j.community.store.memory.chat.redis.StoreType;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens the stores by name. Their servers are named by system properties: {@code redis.port}, {@code postgres.port},
 * {@code server.port}.
 */
final class Contestants {

    private Contestants() {}

    static Contestant open(String name, boolean counted) throws Exception {
        return switch (name) {
            case "in-memory" ->
                new Contestant(
                        "LangChain4j InMemoryChatMemoryStore", new InMemoryChatMemoryStore(), Wire.NONE, () -> {});
            case "redis" -> redis(counted);
            case "postgres" -> postgres(counted);
            case "embedded" -> embedded();
            case "http" -> http(counted);
            default -> throw new IllegalArgumentException("no store named '" + name + "'");
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
        return new Contestant("Redis, appendfsync always", store, wire, () -> {});
    }

    private static Contestant postgres(boolean counted) throws Exception {
        Wire wire = wire("postgres.port", counted);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + port(wire, "postgres.port") + "/postgres");
        config.setUsername("postgres");
        config.setMaximumPoolSize(1);
        HikariDataSource source = new HikariDataSource(config);
        return new Contestant("JDBC on PostgreSQL", new JdbcChatMemoryStore(source), wire, source);
    }

    private static Contestant embedded() throws IOException {
        Path folder = Files.createTempDirectory("anabranch-bench");
        EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder);
        return new Contestant(
                "Anabranch embedded",
                DurableStreamChatMemoryStore.builder().streams(streams).build(),
                Wire.NONE,
                streams::close);
    }

    private static Contestant http(boolean counted) throws IOException {
        Wire wire = wire("server.port", counted);
        String base = "http://127.0.0.1:" + port(wire, "server.port") + "/v1/stream/bench" + System.nanoTime();
        DurableStreamChatMemoryStore store =
                DurableStreamChatMemoryStore.builder().baseUrl(base).build();
        return new Contestant("Anabranch over HTTP", store, wire, store::close);
    }

    private static Wire wire(String property, boolean counted) throws IOException {
        return counted ? Wire.to(Integer.getInteger(property)) : Wire.NONE;
    }

    private static int port(Wire wire, String property) {
        return wire == Wire.NONE ? Integer.getInteger(property) : wire.port();
    }
}
