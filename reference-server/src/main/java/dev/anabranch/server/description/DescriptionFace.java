package dev.anabranch.server.description;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.page.PageFace;
import dev.anabranch.stream.Payload;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Serves the OpenAPI description at {@code /openapi.json}, and the same for people at {@code /docs}. */
public final class DescriptionFace implements Face {

    private static final String RESOURCE = "openapi.json";

    private final Payload json;
    private final Payload html;

    public DescriptionFace() {
        JsonNode description = description();
        this.json = Payload.of(description.toPrettyString());
        this.html = Payload.of(DescriptionPage.of(description));
    }

    /** The description that is served. */
    public static JsonNode description() {
        try (InputStream in = DescriptionFace.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(RESOURCE);
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Override
    public void declare(JavalinConfig config) {
        config.routes.get("/openapi.json", http -> send(http, "application/json", json));
        config.routes.get("/docs", http -> send(http, "text/html; charset=utf-8", html));
    }

    private static void send(Context http, String contentType, Payload body) {
        PageFace.protect(http);
        http.header("Cache-Control", "no-cache");
        http.contentType(contentType);
        http.result(body.toInputStream());
    }
}
