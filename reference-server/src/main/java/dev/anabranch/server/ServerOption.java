package dev.anabranch.server;

import dev.anabranch.engine.EngineOptions;
import dev.anabranch.server.http.PublicUrl;
import dev.anabranch.server.log.LogLevel;
import dev.anabranch.server.security.JwtOptions;
import dev.anabranch.server.security.SecurityOptions;
import dev.anabranch.server.tls.TlsOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A setting of the server, as an argument and as an environment variable.
 *
 * @param name as an argument, with its dashes
 * @param placeholder stands for the value in the help; empty for a flag, which needs none
 */
record ServerOption(String name, String placeholder, String help, ServerOption.Setting setting) {

    /** All there are, in the order of the help. */
    static final List<ServerOption> ALL = List.of(
            new ServerOption(
                    "--host",
                    "HOST",
                    "listen here (127.0.0.1); other than loopback needs --token-file",
                    ServerOptions::withHost),
            new ServerOption(
                    "--port", "PORT", "listen on this port (4437); 0 picks a free one", (o, v) -> o.withPort(int32(v))),
            new ServerOption(
                    "--data-dir",
                    "FOLDER",
                    "keep the streams here (anabranch-data)",
                    (o, v) -> o.withDataDir(Path.of(v))),
            new ServerOption(
                    "--backup-dir",
                    "FOLDER",
                    "let administrators write backups to this folder",
                    (o, v) -> o.withBackupDir(Path.of(v))),
            new ServerOption(
                    "--long-poll-timeout",
                    "MS",
                    "a long-poll waits this long (30000)",
                    (o, v) -> o.withLongPollTimeout(Duration.ofMillis(int32(v)))),
            new ServerOption(
                    "--webhooks", "", "let subscriptions deliver by webhook", (o, v) -> o.withWebhooks(bool(v))),
            new ServerOption(
                    "--public-url",
                    "URL",
                    "callers reach the server here: for callbacks, keys and locations behind a proxy",
                    (o, v) -> o.withPublicUrl(new PublicUrl(v))),
            tls(
                    "--tls-key-store",
                    "FILE",
                    "speak HTTPS with the key in this PKCS#12 file",
                    (t, v) -> t.withKeyStore(Path.of(v))),
            tls(
                    "--tls-key-store-password-file",
                    "FILE",
                    "its password; or in ANABRANCH_TLS_KEY_STORE_PASSWORD",
                    (t, v) -> t.withPasswordFile(Path.of(v))),
            tls(
                    "--hsts",
                    "SECONDS",
                    "have browsers keep to HTTPS for so long (15552000); 0 for not",
                    (t, v) -> t.withStrictTransport(Duration.ofSeconds(int64(v)))),
            new ServerOption(
                    "--token-file", "FILE", "who may do what: one token a line", (o, v) -> o.withTokenFile(Path.of(v))),
            security(
                    "--jwt",
                    "ISSUER,AUDIENCE[,JWKS]",
                    "take JWTs of this issuer as tokens",
                    (s, v) -> s.withJwt(jwt(v))),
            security("--hosts", "NAMES", "answer to these Host names too (a,b)", (s, v) -> s.withHosts(words(v))),
            security(
                    "--cors-origins",
                    "ORIGINS",
                    "let pages of these origins in (a,b); * for all",
                    (s, v) -> s.withCorsOrigins(words(v))),
            security(
                    "--rate-limit",
                    "N",
                    "requests a second of one token (0: no limit)",
                    (s, v) -> s.withRateLimit(int32(v), Math.max(s.requestBurst(), 2 * int32(v)))),
            security(
                    "--rate-burst",
                    "N",
                    "requests at once after a pause (twice the rate)",
                    (s, v) -> s.withRateLimit(s.requestsPerSecond(), int32(v))),
            new ServerOption(
                    "--request-log",
                    "true|false",
                    "a JSON line about each request on standard error (false)",
                    (o, v) -> o.withSecurity(o.security().withRequestLog(bool(v)))
                            .withLogs(o.logs().withJson(bool(v)))),
            new ServerOption(
                    "--log-format",
                    "text|json",
                    "how events are logged on standard error (json with --request-log, else text)",
                    (o, v) -> o.withLogs(o.logs().withJson(json(v)))),
            new ServerOption(
                    "--log-level",
                    "LEVEL",
                    "what is logged: error, warn, info or debug (warn)",
                    (o, v) -> o.withLogs(o.logs().withLevel(LogLevel.parse(v)))),
            limit(
                    "--max-body-bytes",
                    "N",
                    "refuse larger request bodies (33554432)",
                    (l, v) -> l.withBodyBytesMax(int32(v))),
            limit(
                    "--max-header-bytes",
                    "N",
                    "refuse longer request heads (16384)",
                    (l, v) -> l.withHeaderBytesMax(int32(v))),
            limit(
                    "--read-chunk-bytes",
                    "N",
                    "a read returns about this much (1048576)",
                    (l, v) -> l.withReadBytesMax(int32(v))),
            limit(
                    "--max-waiting-readers",
                    "N",
                    "long-polls and SSE readers at a time (10000)",
                    (l, v) -> l.withWaitingReadersMax(int32(v))),
            limit(
                    "--idle-timeout",
                    "MS",
                    "drop connections that stall this long (30000)",
                    (l, v) -> l.withIdleTimeout(Duration.ofMillis(int32(v)))),
            limit(
                    "--sse-duration",
                    "MS",
                    "end SSE connections after this long (60000)",
                    (l, v) -> l.withSseDuration(Duration.ofMillis(int32(v)))),
            engine(
                    "--max-message-bytes",
                    "N",
                    "refuse larger JSON messages (16777216)",
                    (e, v) -> e.withMessageBytesMax(int32(v))),
            engine(
                    "--max-batch-messages",
                    "N",
                    "refuse appends of more JSON messages (100000)",
                    (e, v) -> e.withBatchMessagesMax(int32(v))),
            engine(
                    "--max-json-depth",
                    "N",
                    "refuse JSON that nests deeper (512)",
                    (e, v) -> e.withJsonDepthMax(int32(v))),
            engine(
                    "--max-producers",
                    "N",
                    "idempotent producers of one stream (10000)",
                    (e, v) -> e.withProducersPerStreamMax(int32(v))),
            engine(
                    "--block-cache-bytes",
                    "N",
                    "memory for blocks read from disk (268435456)",
                    (e, v) -> e.withBlockCacheBytes(int64(v))));

    @FunctionalInterface
    interface Setting {
        ServerOptions apply(ServerOptions options, String value);
    }

    boolean isFlag() {
        return placeholder.isEmpty();
    }

    String variable() {
        return "ANABRANCH_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static ServerOption limit(String name, String placeholder, String help, LimitSetting setting) {
        return new ServerOption(
                name,
                placeholder,
                help,
                (options, value) -> options.withLimits(setting.apply(options.limits(), value)));
    }

    private static ServerOption engine(String name, String placeholder, String help, EngineSetting setting) {
        return new ServerOption(
                name,
                placeholder,
                help,
                (options, value) -> options.withEngine(setting.apply(options.engine(), value)));
    }

    private static ServerOption tls(String name, String placeholder, String help, TlsSetting setting) {
        return new ServerOption(
                name, placeholder, help, (options, value) -> options.withTls(setting.apply(options.tls(), value)));
    }

    private static ServerOption security(String name, String placeholder, String help, SecuritySetting setting) {
        return new ServerOption(
                name,
                placeholder,
                help,
                (options, value) -> options.withSecurity(setting.apply(options.security(), value)));
    }

    private static JwtOptions jwt(String value) {
        String[] parts = value.split(",", -1);
        return switch (parts.length) {
            case 2 -> JwtOptions.of(parts[0], parts[1]);
            case 3 -> new JwtOptions(parts[0], URI.create(parts[2]), parts[1]);
            default -> throw new IllegalArgumentException("not of the form ISSUER,AUDIENCE[,JWKS]");
        };
    }

    private static Set<String> words(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    @FunctionalInterface
    private interface TlsSetting {
        TlsOptions apply(TlsOptions tls, String value);
    }

    @FunctionalInterface
    private interface SecuritySetting {
        SecurityOptions apply(SecurityOptions security, String value);
    }

    @FunctionalInterface
    private interface LimitSetting {
        ServerLimits apply(ServerLimits limits, String value);
    }

    @FunctionalInterface
    private interface EngineSetting {
        EngineOptions apply(EngineOptions engine, String value);
    }

    private static int int32(String value) {
        long number = int64(value);
        if (number != (int) number) {
            throw new IllegalArgumentException("larger than " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    private static long int64(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("not a whole number", notANumber);
        }
    }

    private static boolean json(String value) {
        return switch (value) {
            case "json" -> true;
            case "text" -> false;
            default -> throw new IllegalArgumentException("neither text nor json");
        };
    }

    private static boolean bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }
}
