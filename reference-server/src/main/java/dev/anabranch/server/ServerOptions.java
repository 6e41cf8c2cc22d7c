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

    public ServerOptions withPort(int port) {
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

    public ServerOptions withDataDir(Path dataDir) {
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

    public ServerOptions withBackupDir(Path folder) {
        return new ServerOptions(
                host,
                port,
                dataDir,
                Optional.of(folder),
                longPollTimeout,
                webhooks,
                publicUrl,
                tls,
                security,
                limits,
                engine,
                logs);
    }

    public ServerOptions withLongPollTimeout(Duration timeout) {
        return new ServerOptions(
                host, port, dataDir, backupDir, timeout, webhooks, publicUrl, tls, security, limits, engine, logs);
    }

    public ServerOptions withWebhooks(boolean webhooks) {
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

    public ServerOptions withPublicUrl(PublicUrl url) {
        return new ServerOptions(
                host,
                port,
                dataDir,
                backupDir,
                longPollTimeout,
                webhooks,
                Optional.of(url),
                tls,
                security,
                limits,
                engine,
                logs);
    }

    public ServerOptions withTls(TlsOptions tls) {
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

    public ServerOptions withSecurity(SecurityOptions security) {
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

    public ServerOptions withTokenFile(Path file) {
        return new ServerOptions(
                host,
                port,
                dataDir,
                backupDir,
                longPollTimeout,
                webhooks,
                publicUrl,
                tls,
                security.withTokenFile(file),
                limits,
                engine,
                logs);
    }

    public ServerOptions withLimits(ServerLimits limits) {
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

    public ServerOptions withEngine(EngineOptions engine) {
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

    public ServerOptions withLogs(LogOptions logs) {
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

    /** Whether only programs on this machine can reach the server. False for a name that does not resolve. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException notOurs) {
            return false;
        }
    }
}
