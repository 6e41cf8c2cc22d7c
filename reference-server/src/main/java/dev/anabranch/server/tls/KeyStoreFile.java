package dev.anabranch.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;

/**
 * A key store that the server can speak HTTPS with: found, opened, and with a key whose certificates are valid now.
 * What is wrong with it is said in words of the file, before anything listens.
 *
 * @param password not in the text of this record
 */
record KeyStoreFile(Path path, String password) {

    /**
     * Looks at the file that the options name.
     *
     * @throws IllegalArgumentException if nobody could be served with it; says why
     */
    static KeyStoreFile open(TlsOptions options, Instant now) {
        Path path = options.keyStore().orElseThrow();
        KeyStoreFile file = new KeyStoreFile(path, password(options));
        file.check(now);
        return file;
    }

    private static String password(TlsOptions options) {
        if (options.passwordFile().isEmpty()) {
            return options.password()
                    .orElseThrow(() -> new IllegalArgumentException("the TLS key store needs its password: in"
                            + " ANABRANCH_TLS_KEY_STORE_PASSWORD or --tls-key-store-password-file"));
        }
        Path file = options.passwordFile().get();
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException("there is no password file '" + file + "'", missing);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "the password file '" + file + "' cannot be read: " + unreadable, unreadable);
        }
    }

    private void check(Instant now) {
        KeyStore store = load();
        try {
            List<String> keys = Collections.list(store.aliases()).stream()
                    .filter(alias -> isKey(store, alias))
                    .toList();
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("the TLS key store '" + path + "' holds no private key");
            }
            for (String alias : keys) {
                checkKey(store, alias, now);
            }
        } catch (KeyStoreException notLoaded) {
            throw new AssertionError(notLoaded);
        }
    }

    private KeyStore load() {
        try (InputStream in = Files.newInputStream(path)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return store;
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException("there is no TLS key store '" + path + "'", missing);
        } catch (IOException unreadable) {
            String why = unreadable.getCause() instanceof UnrecoverableKeyException
                    ? "cannot be opened: the password is wrong"
                    : "cannot be read as PKCS#12: " + unreadable.getMessage();
            throw new IllegalArgumentException("the TLS key store '" + path + "' " + why, unreadable);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalArgumentException(
                    "the TLS key store '" + path + "' cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean isKey(KeyStore store, String alias) {
        try {
            return store.isKeyEntry(alias);
        } catch (KeyStoreException notLoaded) {
            throw new AssertionError(notLoaded);
        }
    }

    private void checkKey(KeyStore store, String alias, Instant now) throws KeyStoreException {
        String subject = "the key '" + alias + "' of the TLS key store '" + path + "' ";
        try {
            Key key = store.getKey(alias, password.toCharArray());
            if (!(key instanceof PrivateKey)) {
                throw new IllegalArgumentException(subject + "is no private key");
            }
        } catch (GeneralSecurityException locked) {
            throw new IllegalArgumentException(subject + "cannot be opened with the password of the store", locked);
        }
        Certificate[] chain = store.getCertificateChain(alias);
        if (chain == null || chain.length == 0) {
            throw new IllegalArgumentException(subject + "has no certificate");
        }
        for (Certificate certificate : chain) {
            checkTime((X509Certificate) certificate, now);
        }
    }

    private void checkTime(X509Certificate certificate, Instant now) {
        String subject = "the certificate of '"
                + certificate.getSubjectX500Principal().getName() + "' in the TLS key store '" + path + "' ";
        try {
            certificate.checkValidity(Date.from(now));
        } catch (CertificateExpiredException expired) {
            throw new IllegalArgumentException(
                    subject + "has expired on " + certificate.getNotAfter().toInstant(), expired);
        } catch (CertificateNotYetValidException early) {
            throw new IllegalArgumentException(
                    subject + "is not valid before "
                            + certificate.getNotBefore().toInstant(),
                    early);
        }
    }

    @Override
    public String toString() {
        return "KeyStoreFile[path=" + path + "]";
    }
}
