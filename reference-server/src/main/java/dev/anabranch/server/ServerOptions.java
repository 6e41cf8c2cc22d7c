package dev.anabranch.server;

import dev.anabranch.engine.EngineOptions;
import dev.anabranch.server.http.PublicUrl;
import dev.anabranch.server.log.LogOptions;
import dev.anabranch.server.security.SecurityOptions;
import dev.anabranch.server.tls.TlsOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server is set up.
 *
 * @param host the name or address to listen on; anything but loopback needs tokens
 * @param port 0 to 65535; 0 picks a free port
 * @param dataDir the folder that holds the streams; made when missing, used by one server at a time
 * @param backupDir the folder that backups are written to; without it there are none
 * @param longPollTimeout how long a long-poll waits for data
 * @param webhooks whether subscriptions may deliver by webhook
 * @param publicUrl where callers reach the server, if a proxy stands before it
 * @param tls whether the server speaks HTTPS itself; by default it does not
 * @param security who may use the server; by default everyone who reaches it may do anything
 * @param limits what one client can cost the server
 * @param engine what streams may take up; how large an append is and how many readers wait is for {@code limits} to say
 * @param logs what the server logs when it is a program of its own
 */
public record ServerOptions(
        String host,
        int port,
        Path dataDir,
        Optional<Path> backupDir,
        Duration longPollTimeout,
        boolean webhooks,
        Optional<PublicUrl> publicUrl,
        TlsOptions tls,
        SecurityOptions security,
        ServerLimits limits,
        EngineOptions engine,
        LogOptions logs) {

    /** The port that the protocol registers (section 13.1). */
    public static final int PORT = 4437;

    /** Loopback only, port {@value #PORT}, streams in the folder {@code anabranch-data}. */
    public static final ServerOptions DEFAULTS = new ServerOptions(
            "127.0.0.1",
            PORT,
            Path.of("anabranch-data"),
            Optional.empty(),
            Duration.ofSeconds(30),
            false,
            Optional.empty(),
            TlsOptions.OFF,
            SecurityOptions.DEFAULTS,
            ServerLimits.DEFAULTS,
            EngineOptions.DEFAULTS,
            LogOptions.DEFAULTS);

    public ServerOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is blank");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port is not from 0 to 65535: " + port);
        }
        if (longPollTimeout.isNegative() || longPollTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("long-poll timeout is not from 0 to 1 hour: " + longPollTimeout);
        }
    }

    public ServerOptions withHost(String host) {
        return with(draft -> draft.host = host);
    }

    public ServerOptions withPort(int port) {
        return with(draft -> draft.port = port);
    }

    public ServerOptions withDataDir(Path dataDir) {
        return with(draft -> draft.dataDir = dataDir);
    }

    public ServerOptions withBackupDir(Path folder) {
        return with(draft -> draft.backupDir = Optional.of(folder));
    }

    public ServerOptions withLongPollTimeout(Duration timeout) {
        return with(draft -> draft.longPollTimeout = timeout);
    }

    public ServerOptions withWebhooks(boolean webhooks) {
        return with(draft -> draft.webhooks = webhooks);
    }

    public ServerOptions withPublicUrl(PublicUrl url) {
        return with(draft -> draft.publicUrl = Optional.of(url));
    }

    public ServerOptions withTls(TlsOptions tls) {
        return with(draft -> draft.tls = tls);
    }

    public ServerOptions withSecurity(SecurityOptions security) {
        return with(draft -> draft.security = security);
    }

    public ServerOptions withTokenFile(Path file) {
        return with(draft -> draft.security = security.withTokenFile(file));
    }

    public ServerOptions withLimits(ServerLimits limits) {
        return with(draft -> draft.limits = limits);
    }

    public ServerOptions withEngine(EngineOptions engine) {
        return with(draft -> draft.engine = engine);
    }

    public ServerOptions withLogs(LogOptions logs) {
        return with(draft -> draft.logs = logs);
    }

    private ServerOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** Whether only programs on this machine can reach the server. False for a name that does not resolve. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException notOurs) {
            return false;
        }
    }

    /** Options in the making. */
    private static final class Draft {

        private String host;
        private int port;
        private Path dataDir;
        private Optional<Path> backupDir;
        private Duration longPollTimeout;
        private boolean webhooks;
        private Optional<PublicUrl> publicUrl;
        private TlsOptions tls;
        private SecurityOptions security;
        private ServerLimits limits;
        private EngineOptions engine;
        private LogOptions logs;

        Draft(ServerOptions from) {
            host = from.host;
            port = from.port;
            dataDir = from.dataDir;
            backupDir = from.backupDir;
            longPollTimeout = from.longPollTimeout;
            webhooks = from.webhooks;
            publicUrl = from.publicUrl;
            tls = from.tls;
            security = from.security;
            limits = from.limits;
            engine = from.engine;
            logs = from.logs;
        }

        ServerOptions finished() {
            return new ServerOptions(
                    host,
                    port,
                    dataDir,
                    backupDir,
                    longPollTimeout,
                    webhooks,
                    publicUrl,
                    tls,
                    security,
                    limits,
                    engine,
                    logs);
        }
    }
}
