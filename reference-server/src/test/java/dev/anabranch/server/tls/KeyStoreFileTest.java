package dev.anabranch.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of key stores that nobody could be served with. */
class KeyStoreFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("server.p12");
    }

    private static TlsOptions options(Path file) {
        return TlsOptions.OFF.withKeyStore(file).withPassword(TestKeys.PASSWORD);
    }

    private static void assertRefused(TlsOptions options, String... words) {
        assertThatThrownBy(() -> Tls.open(options, Instant.now()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContaining(TestKeys.PASSWORD);
    }

    @Test
    void aKeyStoreOpensWithThePasswordThatItsFileHolds() throws Exception {
        TestKeys.make(file);
        Path password = Files.writeString(folder.resolve("password"), TestKeys.PASSWORD + "\n");

        assertThat(Tls.open(TlsOptions.OFF.withKeyStore(file).withPasswordFile(password), Instant.now()))
                .isPresent();
    }

    @Test
    void withoutAKeyStoreThereIsNoTls() {
        assertThat(Tls.open(TlsOptions.OFF, Instant.now())).isEmpty();
    }

    @Test
    void aPasswordWithoutAKeyStoreIsAMistakeThatWouldServeEverythingInTheOpen() {
        assertRefused(TlsOptions.OFF.withPassword(TestKeys.PASSWORD), "no key store (--tls-key-store)");
    }

    @Test
    void aKeyStoreThatIsNotThereIsNamed() {
        assertRefused(options(file), "there is no TLS key store", file.toString());
    }

    @Test
    void aMissingPasswordIsAskedFor() {
        TestKeys.make(file);

        assertRefused(
                TlsOptions.OFF.withKeyStore(file), "ANABRANCH_TLS_KEY_STORE_PASSWORD", "--tls-key-store-password-file");
    }

    @Test
    void aPasswordFileThatIsNotThereIsNamed() {
        TestKeys.make(file);

        assertRefused(
                TlsOptions.OFF.withKeyStore(file).withPasswordFile(folder.resolve("none")),
                "there is no password file",
                "none");
    }

    @Test
    void aWrongPasswordIsSaidToBeWrong() {
        TestKeys.make(file);

        assertRefused(TlsOptions.OFF.withKeyStore(file).withPassword("battery staple"), "the password is wrong");
    }

    @Test
    void aFileThatIsNoKeyStoreIsSaidNotToBeOne() throws Exception {
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----");

        assertRefused(options(file), file.toString(), "cannot be read as PKCS#12");
    }

    @Test
    void aKeyStoreWithoutAKeyServesNobody() throws Exception {
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        try (var out = Files.newOutputStream(file)) {
            empty.store(out, TestKeys.PASSWORD.toCharArray());
        }

        assertRefused(options(file), "holds no private key");
    }

    @Test
    void anExpiredCertificateIsNamedWithItsLastDay() {
        TestKeys.make(file, "-startdate", "2020/01/01 00:00:00", "-validity", "30");

        assertRefused(options(file), "CN=localhost", "has expired on 2020-01-3");
    }

    @Test
    void aCertificateOfTheFutureIsNamedWithItsFirstDay() {
        TestKeys.make(file);

        assertThatThrownBy(() -> Tls.open(options(file), Instant.EPOCH))
                .hasMessageContainingAll("CN=localhost", "is not valid before 2");
    }

    @Test
    void thePasswordIsInNoTextOfTheOptions() {
        assertThat(options(file).toString()).contains("server.p12").doesNotContain(TestKeys.PASSWORD);
        assertThat(new KeyStoreFile(file, TestKeys.PASSWORD).toString()).doesNotContain(TestKeys.PASSWORD);
    }
}
