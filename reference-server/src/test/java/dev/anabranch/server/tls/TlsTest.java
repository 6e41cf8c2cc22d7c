package dev.anabranch.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Instant;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.KeyStoreScanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private static final long PATIENCE_MILLIS = 20_000;

    @TempDir
    Path folder;

    private final Server server = new Server();
    private Path file;
    private ServerConnector connector;

    @BeforeEach
    void start() throws Exception {
        file = TestKeys.make(folder.resolve("server.p12"));
        TlsOptions options = TlsOptions.OFF.withKeyStore(file).withPassword(TestKeys.PASSWORD);
        connector = Tls.open(options, Instant.now()).orElseThrow().connector(server, new HttpConfiguration());
        server.addConnector(connector);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private void replace(Path other) throws Exception {
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        server.getBean(KeyStoreScanner.class).scan(PATIENCE_MILLIS);
    }

    @Test
    void aCertificateThatIsRenewedCountsForTheNextConnection() throws Exception {
        Certificate first = presented(connector, TestKeys.clientTrusting(file));

        replace(TestKeys.make(folder.resolve("renewed.p12")));

        assertThat(presented(connector, TestKeys.clientTrusting(file))).isNotEqualTo(first);
    }

    @Test
    void aFileThatNobodyCouldBeServedWithLeavesTheOldCertificateInUse() throws Exception {
        HttpClient client = TestKeys.clientTrusting(file);
        Certificate first = presented(connector, client);

        replace(Files.writeString(folder.resolve("broken.p12"), "not a key store"));

        assertThat(presented(connector, client)).isEqualTo(first);
    }

    @Test
    void aFileThatIsTakenAwayLeavesItsCertificateInUse() throws Exception {
        HttpClient client = TestKeys.clientTrusting(file);
        Certificate first = presented(connector, client);

        Files.delete(file);
        server.getBean(KeyStoreScanner.class).scan(PATIENCE_MILLIS);

        assertThat(presented(connector, client)).isEqualTo(first);
    }

    private static Certificate presented(ServerConnector connector, HttpClient client) throws Exception {
        try (SSLSocket socket = (SSLSocket) client.sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }
}
