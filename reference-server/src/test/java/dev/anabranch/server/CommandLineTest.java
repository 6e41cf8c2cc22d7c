package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    private static ServerOptions parse(String... arguments) {
        return CommandLine.parse(List.of(arguments), Map.of());
    }

    @Test
    void withoutArgumentsTheDefaultsHold() {
        assertThat(parse()).isEqualTo(ServerOptions.DEFAULTS);
    }

    @Test
    void aValueFollowsItsOptionOrItsEqualsSign() {
        assertThat(parse("--port", "0").port()).isZero();
        assertThat(parse("--port=8080").port()).isEqualTo(8080);
        assertThat(parse("--data-dir", "a=b").dataDir()).isEqualTo(Path.of("a=b"));
    }

    @Test
    void everyOptionOfTheContractIsKnown() {
        ServerOptions options = parse(
                "--host",
                "::1",
                "--port",
                "1",
                "--data-dir",
                "d",
                "--long-poll-timeout",
                "500",
                "--webhooks",
                "--token-file",
                "t");

        assertThat(options.host()).isEqualTo("::1");
        assertThat(options.longPollTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(options.webhooks()).isTrue();
        assertThat(options.security().tokenFile()).contains(Path.of("t"));
    }

    @Test
    void aVariableStandsInForAnOptionAndAnArgumentWinsOverIt() {
        Map<String, String> environment =
                Map.of("ANABRANCH_PORT", "1", "ANABRANCH_WEBHOOKS", "true", "ANABRANCH_MAX_BODY_BYTES", "7");

        ServerOptions options = CommandLine.parse(List.of("--port", "2"), environment);

        assertThat(options.port()).isEqualTo(2);
        assertThat(options.webhooks()).isTrue();
        assertThat(options.limits().bodyBytesMax()).isEqualTo(7);
    }

    @Test
    void theKeyStoreIsAnOptionAndItsPasswordIsNot() {
        ServerOptions options = CommandLine.parse(
                List.of("--tls-key-store", "server.p12", "--hsts", "60"),
                Map.of("ANABRANCH_TLS_KEY_STORE_PASSWORD", "correct horse"));

        assertThat(options.tls().keyStore()).contains(Path.of("server.p12"));
        assertThat(options.tls().password()).contains("correct horse");
        assertThat(options.tls().strictTransport()).isEqualTo(Duration.ofSeconds(60));
        assertThat(parse("--tls-key-store-password-file", "secret").tls().passwordFile())
                .contains(Path.of("secret"));
        assertThatThrownBy(() -> parse("--tls-key-store-password", "correct horse"))
                .hasMessageContaining("unknown option")
                .hasMessageNotContaining("horse");
    }

    @Test
    void anUnknownOptionIsNamed() {
        assertThatThrownBy(() -> parse("--prot", "1"))
                .isInstanceOf(CommandLine.UsageException.class)
                .hasMessageContaining("unknown option '--prot'");
        assertThatThrownBy(() -> parse("serve")).hasMessageContaining("unknown option 'serve'");
    }

    @Test
    void aValueThatMakesNoSenseIsNamedWithItsOption() {
        assertThatThrownBy(() -> parse("--port", "70000")).hasMessageContaining("--port cannot be '70000'");
        assertThatThrownBy(() -> parse("--port", "x")).hasMessageContaining("not a whole number");
        assertThatThrownBy(() -> parse("--port")).hasMessageContaining("--port needs a value");
        assertThatThrownBy(() -> parse("--webhooks=perhaps")).hasMessageContaining("neither true nor false");
        assertThatThrownBy(() -> parse("--max-body-bytes", "0")).hasMessageContaining("not positive");
        assertThatThrownBy(() -> CommandLine.parse(List.of(), Map.of("ANABRANCH_PORT", "x")))
                .hasMessageContaining("ANABRANCH_PORT cannot be 'x'");
    }

    @Test
    void theHelpNamesEveryOption() {
        assertThat(CommandLine.help())
                .contains(
                        "--host",
                        "--port",
                        "--data-dir",
                        "--long-poll-timeout",
                        "--webhooks",
                        "--token-file",
                        "--help",
                        "--version",
                        "ANABRANCH_DATA_DIR");
    }
}
