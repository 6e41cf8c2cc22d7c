package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.ServerProcess.Ended;
import dev.anabranch.server.tls.TestKeys;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar as the person sees it who starts and stops it. */
class MainIT {

    @TempDir
    Path folder;

    private static Ended run(String... arguments) throws Exception {
        return ServerProcess.run(Map.of(), arguments);
    }

    private static void assertRefused(Ended ended, int exitCode, String sentence) {
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("anabranch: ").contains(sentence).hasLineCount(1);
    }

    @Test
    void helpAndVersionArePrinted() throws Exception {
        assertThat(run("--help").out()).contains("--port", "--data-dir", "--webhooks");
        assertThat(run("--version").out()).matches("anabranch [0-9].*\\R");
    }

    @Test
    void anUnknownOptionIsNamed() throws Exception {
        assertRefused(run("--prot", "1"), 2, "unknown option '--prot'");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertRefused(
                    run("--port", port, "--data-dir", folder.toString()),
                    1,
                    "cannot listen on 127.0.0.1:" + port + ": Address already in use");
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertRefused(run("--port", "0", "--data-dir", file.toString()), 1, file.toString());
    }

    @Test
    void aFolderBelongsToOneServer() throws Exception {
        try (ServerProcess first = ServerProcess.start(folder)) {
            assertRefused(run("--port", "0", "--data-dir", folder.toString()), 1, folder.toString());
            assertThat(first.port()).isPositive();
        }
    }

    @Test
    void othersAreLetInWithTokensOnly() throws Exception {
        assertRefused(run("--host", "0.0.0.0", "--port", "0", "--data-dir", folder.toString()), 1, "it needs tokens");
    }

    @Test
    void withAKeyStoreTheReadyLineSaysHttps() throws Exception {
        Path keys = TestKeys.make(folder.resolve("server.p12"));
        Path password = Files.writeString(folder.resolve("password"), TestKeys.PASSWORD);

        try (ServerProcess server = ServerProcess.start(
                        folder.resolve("data"),
                        "--tls-key-store",
                        keys.toString(),
                        "--tls-key-store-password-file",
                        password.toString());
                Wire wire = new Wire(
                        server.port(),
                        TestKeys.clientTrusting(keys).sslContext().getSocketFactory())) {
            assertThat(server.uri()).hasScheme("https");
            assertThat(wire.send("GET /health HTTP/1.1\nHost: localhost\n\n").response())
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aKeyStoreThatCannotBeOpenedIsNamed() throws Exception {
        Path keys = TestKeys.make(folder.resolve("server.p12"));
        Map<String, String> wrong = Map.of("ANABRANCH_TLS_KEY_STORE_PASSWORD", "battery staple");

        assertRefused(
                ServerProcess.run(wrong, "--port", "0", "--tls-key-store", keys.toString()),
                1,
                "the TLS key store '" + keys + "' cannot be opened: the password is wrong");
    }

    @Test
    void optionsAreEnvironmentVariablesToo() throws Exception {
        assertRefused(
                ServerProcess.run(Map.of("ANABRANCH_PORT", "many"), "--data-dir", folder.toString()),
                2,
                "ANABRANCH_PORT cannot be 'many'");
    }

    @Test
    void aServerThatIsToldToStopEndsWaitingReadsAndKeepsWhatItAcknowledged() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder);
                Wire writer = new Wire(server.port());
                Wire reader = new Wire(server.port())) {
            writer.send("""
                    PUT /v1/stream/kept HTTP/1.1
                    Host: localhost
                    Content-Type: application/json
                    Content-Length: 3

                    [1]""");
            assertThat(writer.status()).isEqualTo(201);
            reader.send("GET /v1/stream/kept?offset=now&live=sse HTTP/1.1\nHost: localhost\n\n");
            reader.until("\"upToDate\":true}\n\n\r\n");

            assertThat(server.terminate()).isEqualTo(143);
            reader.until("0\r\n\r\n");
        }
        try (ServerProcess again = ServerProcess.start(folder);
                Wire reader = new Wire(again.port())) {
            reader.send("GET /v1/stream/kept HTTP/1.1\nHost: localhost\n\n");
            assertThat(reader.response()).endsWith("\n\n[1]");
        }
    }
}
