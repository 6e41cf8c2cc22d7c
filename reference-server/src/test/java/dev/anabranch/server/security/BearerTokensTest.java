package dev.anabranch.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.security.Authentication.Known;
import dev.anabranch.server.security.Authentication.Missing;
import dev.anabranch.server.security.Authentication.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokensTest {

    private static final String LINE = line("alices-secret", "alice", "read,append", "");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aTokenOfTheFileNamesItsUserAndScopes() throws IOException {
        Authenticator authenticator = withFile(LINE);

        Known known = (Known) authenticator.authenticate(Optional.of("Bearer alices-secret"));

        assertThat(known.caller().user()).isEqualTo(new UserId("alice"));
        assertThat(known.caller().scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.APPEND);
    }

    @Test
    void theSchemeIsReadInAnyCase() throws IOException {
        assertThat(withFile(LINE).authenticate(Optional.of("bEaReR alices-secret")))
                .isInstanceOf(Known.class);
    }

    @Test
    void withoutAHeaderThereAreNoCredentials() throws IOException {
        assertThat(withFile(LINE).authenticate(Optional.empty())).isInstanceOf(Missing.class);
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        Authenticator authenticator = withFile(LINE);

        for (String value : List.of(
                "Bearer wrong",
                "Bearer ",
                "Bearer",
                "",
                "Basic YWxpY2U6eA==",
                "alices-secret",
                "Bearer " + "x".repeat(9000))) {
            assertThat(authenticator.authenticate(Optional.of(value))).as(value).isInstanceOf(Refused.class);
        }
    }

    @Test
    void theHashOfATokenIsNoToken() throws IOException {
        String hash = Token.hash("alices-secret");

        assertThat(withFile(LINE).authenticate(Optional.of("Bearer " + hash))).isInstanceOf(Refused.class);
        assertThat(withFile(LINE).authenticate(Optional.of("Bearer sha256:" + hash)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void aTokenIsRefusedFromItsExpiryOn() throws IOException {
        Authenticator authenticator = withFile(line("s", "alice", "read", "2026-01-01T02:00:00+01:00"));

        now = Instant.parse("2026-01-01T00:59:59Z");
        assertThat(authenticator.authenticate(Optional.of("Bearer s"))).isInstanceOf(Known.class);
        now = Instant.parse("2026-01-01T01:00:00Z");
        assertThat(authenticator.authenticate(Optional.of("Bearer s"))).isEqualTo(new Refused("the token has expired"));
    }

    @Test
    void aTokenTakenOutOfTheFileIsRefusedWithoutARestart() throws IOException {
        Authenticator authenticator = withFile(LINE);

        Files.writeString(folder.resolve("tokens"), line("bobs-secret", "bob", "read", ""));
        now = now.plus(Duration.ofSeconds(1));

        assertThat(authenticator.authenticate(Optional.of("Bearer alices-secret")))
                .isInstanceOf(Refused.class);
        assertThat(authenticator.authenticate(Optional.of("Bearer bobs-secret")))
                .isInstanceOf(Known.class);
    }

    @Test
    void aFileThatIsBrokenLaterLeavesTheTokensAsTheyWere() throws IOException {
        Authenticator authenticator = withFile(LINE);

        Files.writeString(folder.resolve("tokens"), "half a li");
        now = now.plus(Duration.ofSeconds(1));

        assertThat(authenticator.authenticate(Optional.of("Bearer alices-secret")))
                .isInstanceOf(Known.class);
    }

    @Test
    void commentsAndBlankLinesDoNotCount() throws IOException {
        assertThat(withFile("# people\n\n" + LINE).authenticate(Optional.of("Bearer alices-secret")))
                .isInstanceOf(Known.class);
    }

    @Test
    void aMalformedFileIsRefusedWithItsLineAndWithoutTheHash() {
        String hash = Token.hash("x");
        for (String line : List.of(
                "sha256:" + hash + " alice",
                "sha256:" + hash + " alice read,fly",
                "sha256:" + hash + " alice read tomorrow",
                "sha256:" + hash + " alice read 2026-01-01T00:00:00Z more",
                "sha256:" + hash.substring(1) + " alice read",
                "md5:" + hash + " alice read",
                hash + " alice read")) {
            assertThatThrownBy(() -> withFile("# one\n" + line))
                    .as(line)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("line 2")
                    .hasMessageNotContaining(hash.substring(1));
        }
    }

    @Test
    void theTokenCommandPrintsATokenAndTheLineThatKnowsIt() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int exit = new TokenCommand(now)
                .run(
                        List.of("--user", "carol", "--scopes=read,fork", "--days", "7"),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err);

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(exit).isZero();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).matches("sha256:[0-9a-f]{64} carol read,fork 2026-01-08T00:00:00Z");
        Known known = (Known) withFile(lines.get(1)).authenticate(Optional.of("Bearer " + lines.get(0)));
        assertThat(known.caller().scopes()).isEqualTo(Set.of(Scope.READ, Scope.FORK));
    }

    @Test
    void theTokenCommandRefusesWhatMakesNoSense() {
        for (List<String> arguments : List.of(
                List.<String>of(),
                List.of("--user", "x"),
                List.of("--user", "a b", "--scopes", "read"),
                List.of("--user", "x", "--scopes", "reed"),
                List.of("--user", "x", "--scopes", "read", "--days", "-1"),
                List.of("--user", "x", "--scopes", "read", "--what", "1"),
                List.of("--user"))) {
            PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
            assertThat(new TokenCommand(now).run(arguments, nowhere, nowhere))
                    .as("%s", arguments)
                    .isEqualTo(2);
        }
    }

    private Authenticator withFile(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("tokens"), content);
        return Authenticators.of(SecurityOptions.DEFAULTS.withTokenFile(file), () -> now);
    }

    private static String line(String secret, String user, String scopes, String expiry) {
        return "sha256:" + Token.hash(secret) + " " + user + " " + scopes + (expiry.isEmpty() ? "" : " " + expiry);
    }
}
