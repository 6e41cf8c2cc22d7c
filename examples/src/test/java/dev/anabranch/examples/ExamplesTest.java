package dev.anabranch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of the examples. */
final class ExamplesTest {

    @TempDir
    private Path folder;

    private record Ran(int status, String out, String err) {}

    private Ran run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Ran run(Map<String, String> environment, String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of(arguments));
        int status = Examples.run(
                all,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void helpListsEveryExampleWhereverItStands() throws Exception {
        for (Ran ran : List.of(run("--help"), run("chat", "--help"), run("specialists", "--data-dir", "x", "--help"))) {
            assertThat(ran.status()).isZero();
            assertThat(ran.out()).contains(Examples.all().keySet());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such | there is no example 'no-such'",
                "specialists --bogus 1 | there is no option '--bogus' here",
                "specialists --port 1 | there is no option '--port' here",
                "specialists --data-dir | --data-dir needs a value",
                "chat --port abc | --port is not a number from 0 to 65535: abc",
                "chat --port 65536 | --port is not a number from 0 to 65535: 65536"
            })
    void whatIsTypedWrongIsToldInOneLineAndTheUsage(String line, String told) throws Exception {
        Ran ran = run(line.split(" ", -1));

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith(told + System.lineSeparator() + "usage: ");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeUsedAndAPortThatIsTakenAreToldInOneLine() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Ran noFolder = run("specialists", "--data-dir", file.toString());
        Ran noPort;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            noPort = run(
                    "chat",
                    "--data-dir",
                    folder.resolve("data").toString(),
                    "--port",
                    Integer.toString(taken.getLocalPort()));
        }

        assertThat(noFolder.status()).isEqualTo(1);
        assertThat(noFolder.err().strip().lines()).hasSize(1);
        assertThat(noFolder.err()).contains(file.toString());
        assertThat(noPort.status()).isEqualTo(1);
        assertThat(noPort.err().strip().lines()).hasSize(1);
        assertThat(noPort.err()).startsWith("cannot listen on 127.0.0.1:");
    }

    @Test
    void aModelThatRefusesIsToldInOneLine() throws Exception {
        try (FakeOpenAi server = new FakeOpenAi()) {
            Map<String, String> wrongModel = Map.of(
                    "OPENAI_API_KEY",
                    FakeOpenAi.KEY,
                    "OPENAI_BASE_URL",
                    String.valueOf(server.environment().get("OPENAI_BASE_URL")),
                    "OPENAI_MODEL",
                    "none");
            Ran ran = run(wrongModel, "scratch-probe", "--data-dir", folder.toString());

            assertThat(ran.status()).isEqualTo(1);
            assertThat(ran.err()).startsWith("the model failed: ").contains("no such model");
        }
    }
}
