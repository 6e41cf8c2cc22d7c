package dev.anabranch.server.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** How the server speaks HTTPS: HTTP/1.1 over TLS 1.2 and 1.3, with Jetty's choice of cipher suites. */
public final class Tls {

    private final TlsOptions options;
    private final KeyStoreFile keyStore;

    private Tls(TlsOptions options, KeyStoreFile keyStore) {
        this.options = options;
        this.keyStore = keyStore;
    }

    /**
     * Reads the key store, if the options name one.
     *
     * @throws IllegalArgumentException if there is a password without a key store, or nobody could be served with the
     *     key store; says why
     */
    public static Optional<Tls> open(TlsOptions options, Instant now) {
        if (!options.isOn()) {
            if (options.passwordFile().isPresent() || options.password().isPresent()) {
                throw new IllegalArgumentException(
                        "there is a password for a TLS key store, but no key store (--tls-key-store)");
            }
            return Optional.empty();
        }
        return Optional.of(new Tls(options, KeyStoreFile.open(options, now)));
    }

    /** A connector of the server. A key store that is replaced later counts for connections from then on. */
    public ServerConnector connector(Server server, HttpConfiguration http) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStoreType("PKCS12");
        context.setKeyStorePath(keyStore.path().toAbsolutePath().toString());
        context.setKeyStorePassword(keyStore.password());
        server.addBean(new KeyRenewal(context, options));

        // Which names the server answers to is for its own list of hosts to say; the client has checked the
        // certificate.
        SecureRequestCustomizer secure = new SecureRequestCustomizer(false);
        HttpConfiguration https = new HttpConfiguration(http);
        https.addCustomizer(secure);
        Duration strictTransport = options.strictTransport();
        if (!strictTransport.isZero()) {
            HttpField promise = new PreEncodedHttpField(
                    HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=" + strictTransport.toSeconds());
            https.addCustomizer((request, headers) -> promise(promise, request, headers));
        }
        return new ServerConnector(server, context, new HttpConnectionFactory(https));
    }

    private static Request promise(HttpField promise, Request request, HttpFields.Mutable headers) {
        if (isPublicName(request.getHttpURI().getHost())) {
            headers.add(promise);
        }
        return request;
    }

    /*
     * The promise holds for every port of a host. Of this machine's own names, which other programs serve as well, none
     * is made, and of an address browsers take none.
     */
    private static boolean isPublicName(String host) {
        return host != null
                && !host.equalsIgnoreCase("localhost")
                && !host.toLowerCase(Locale.ROOT).endsWith(".localhost")
                && !host.startsWith("[")
                && !host.matches("[0-9.]+");
    }
}
