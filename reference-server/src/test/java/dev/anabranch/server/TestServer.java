package dev.anabranch.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A server on a free port, and a client of it. */
public final class TestServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AnabranchServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestServer(AnabranchServer server) {
        this.server = server;
    }

    /** What the server answered. */
    public record Reply(HttpResponse<String> response, JsonNode json) {

        public int status() {
            return response.statusCode();
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        public String text(String member) {
            return json.path(member).asText();
        }

        /** A member of each item of {@code data}. */
        public List<String> data(String member) {
            List<String> values = new ArrayList<>();
            json.path("data").forEach(item -> values.add(item.path(member).asText()));
            return values;
        }
    }

    public static TestServer start(Path dataDir) {
        return start(dataDir, UnaryOperator.identity());
    }

    public static TestServer start(Path dataDir, UnaryOperator<ServerOptions> change) {
        return new TestServer(AnabranchServer.start(options(dataDir, change)));
    }

    public static TestServer start(Path dataDir, UnaryOperator<ServerOptions> change, AgentSource agent) {
        return new TestServer(AnabranchServer.start(options(dataDir, change), agent));
    }

    private static ServerOptions options(Path dataDir, UnaryOperator<ServerOptions> change) {
        return change.apply(ServerOptions.DEFAULTS.withPort(0).withDataDir(dataDir));
    }

    /** Users with all scopes but admin; each one's token is the name and {@code -secret}. */
    public static UnaryOperator<ServerOptions> users(String... names) {
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(line(name + "-secret", name, "read,append,fork,delete"));
        }
        lines.add(line("root-secret", "root", "admin"));
        return options -> options.withSecurity(options.security().withTokens(lines));
    }

    /** The line of a token file. */
    public static String line(String secret, String user, String scopes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash) + " " + user + " " + scopes;
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new AssertionError(everyJvmHasIt);
        }
    }

    public URI uri(String path) {
        return server.uri().resolve(path);
    }

    public Reply get(String path, String user) {
        return call("GET", path, user, "");
    }

    public Reply post(String path, String user, String body) {
        return call("POST", path, user, body);
    }

    /**
     * Sends a request and waits for the answer.
     *
     * @param user whose token to send; empty for none
     * @param headers names and values in turn
     */
    public Reply call(String method, String path, String user, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!user.isEmpty()) {
            request.header("Authorization", "Bearer " + user + "-secret");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response, json(response));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(hurried);
        }
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        boolean isJson = response.headers()
                .firstValue("Content-Type")
                .filter(type -> type.contains("json"))
                .isPresent();
        return isJson ? JSON.readTree(response.body()) : MissingNode.getInstance();
    }

    @Override
    public void close() {
        server.close();
    }
}
