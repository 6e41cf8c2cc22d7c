package dev.anabranch.server.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the server speaks HTTPS, and with which key.
 *
 * @param keyStore a PKCS#12 file with private key and certificates; without one the server speaks HTTP
 * @param passwordFile its first line is the password of the key store; wins over {@code password}
 * @param password the password itself; in no text that this record makes
 * @param strictTransport how long browsers shall reach the server by HTTPS alone; zero for saying nothing about it
 */
public record TlsOptions(
        Optional<Path> keyStore, Optional<Path> passwordFile, Optional<String> password, Duration strictTransport) {

    /** HTTP. */
    public static final TlsOptions OFF =
            new TlsOptions(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofDays(180));

    public TlsOptions {
        if (strictTransport.isNegative()) {
            throw new IllegalArgumentException("a negative time");
        }
    }

    public boolean isOn() {
        return keyStore.isPresent();
    }

    public TlsOptions withKeyStore(Path file) {
        return new TlsOptions(Optional.of(file), passwordFile, password, strictTransport);
    }

    public TlsOptions withPasswordFile(Path file) {
        return new TlsOptions(keyStore, Optional.of(file), password, strictTransport);
    }

    public TlsOptions withPassword(String secret) {
        return new TlsOptions(keyStore, passwordFile, Optional.of(secret), strictTransport);
    }

    public TlsOptions withStrictTransport(Duration time) {
        return new TlsOptions(keyStore, passwordFile, password, time);
    }

    @Override
    public String toString() {
        return "TlsOptions[keyStore=" + keyStore + ", strictTransport=" + strictTransport + "]";
    }
}
