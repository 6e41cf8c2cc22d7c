package dev.anabranch.server.tls;

import java.time.Instant;
import org.eclipse.jetty.util.ssl.KeyStoreScanner;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a key store into use that replaces the one the server began with, for connections from then on. One that nobody
 * could be served with is left alone: the scanner by itself would throw the old keys away first.
 */
final class KeyRenewal extends KeyStoreScanner {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRenewal.class);
    private static final int LOOK_AT_FILE_SECONDS = 1;

    private final SslContextFactory context;
    private final TlsOptions options;

    KeyRenewal(SslContextFactory context, TlsOptions options) {
        super(context);
        this.context = context;
        this.options = options;
        setScanInterval(LOOK_AT_FILE_SECONDS);
    }

    /** Whoever replaces a file may take the old one away first. */
    @Override
    public void fileRemoved(String file) {}

    @Override
    public void reload() {
        try {
            context.setKeyStorePassword(
                    KeyStoreFile.open(options, Instant.now()).password());
            super.reload();
        } catch (IllegalArgumentException unusable) {
            LOG.warn("the old certificate stays in use: {}", unusable.getMessage());
        }
    }
}
