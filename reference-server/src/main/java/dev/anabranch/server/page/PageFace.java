package dev.anabranch.server.page;

import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the page at {@code /}, its files from {@code page/} on the class path at {@code /page/}, and those of WebJars
 * at {@code /webjars/}. None of them holds data, so none needs a token.
 */
public final class PageFace implements Face {

    /** Everything from this server, nothing from elsewhere, no inline script, no inline style, no frame around it. */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    private static final String HOME = "page/index.html";

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    @Override
    public void declare(JavalinConfig config) {
        config.routes.get("/", http -> send(http, HOME));
        config.routes.get("/page/<file>", http -> send(http, "page/" + http.pathParam("file")));
        config.routes.get(
                "/webjars/<file>", http -> send(http, "META-INF/resources/webjars/" + http.pathParam("file")));
        config.routes.get("/favicon.ico", http -> send(http, "page/favicon.ico"));
    }

    /** Adds the headers that hold for every file that a browser shows. */
    public static void protect(Context http) {
        http.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        http.header("X-Content-Type-Options", "nosniff");
        http.header("Referrer-Policy", "no-referrer");
        http.header("X-Frame-Options", "DENY");
        http.header("Cross-Origin-Opener-Policy", "same-origin");
        http.header("Cross-Origin-Resource-Policy", "same-origin");
        http.header("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    }

    private void send(Context http, String path) {
        protect(http);
        PageFile file = find(path).orElseThrow(() -> new ProblemException(Problem.notFound("there is no such file")));
        http.header("ETag", file.etag());
        http.header("Cache-Control", "no-cache");
        if (file.etag().equals(http.header("If-None-Match"))) {
            http.status(304);
            return;
        }
        http.contentType(file.contentType());
        http.result(file.content().toInputStream());
    }

    private Optional<PageFile> find(String path) {
        if (path.contains("..") || path.contains("//") || path.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        PageFile known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PageFile> found = PageFile.load(path);
        found.ifPresent(file -> files.put(path, file));
        return found;
    }
}
