package dev.anabranch.server.description;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** The description as a plain HTML page: no script, no style, nothing from elsewhere. */
final class DescriptionPage {

    private DescriptionPage() {}

    static String of(JsonNode description) {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<title>Anabranch: routes</title></head><body><main>\n<h1>Routes</h1>\n<p>")
                .append(escape(description.at("/info/description").asText()))
                .append(" For programs: <a href=\"/openapi.json\">openapi.json</a>.</p>\n");
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                operation(page, path.getKey(), operation.getKey(), operation.getValue());
            }
        }
        page.append("<h1>Shapes</h1>\n");
        for (Map.Entry<String, JsonNode> schema :
                description.at("/components/schemas").properties()) {
            page.append("<h2 id=\"")
                    .append(escape(schema.getKey()))
                    .append("\">")
                    .append(escape(schema.getKey()))
                    .append("</h2>\n<pre>")
                    .append(escape(schema.getValue().toPrettyString()))
                    .append("</pre>\n");
        }
        return page.append("</main></body></html>\n").toString();
    }

    private static void operation(StringBuilder page, String path, String method, JsonNode operation) {
        page.append("<h2><code>")
                .append(method.toUpperCase(Locale.ROOT))
                .append(' ')
                .append(escape(path))
                .append("</code></h2>\n<p>")
                .append(escape(operation.path("summary").asText()))
                .append(". ")
                .append(escape(operation.path("description").asText()))
                .append("</p>\n<ul>\n");
        for (JsonNode parameter : operation.path("parameters")) {
            item(
                    page,
                    parameter.path("name").asText(),
                    parameter.path("in").asText() + " "
                            + parameter.path("description").asText());
        }
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
            item(
                    page,
                    response.getKey(),
                    response.getValue().path("description").asText());
        }
        page.append("</ul>\n");
        JsonNode body = operation.at("/requestBody/content/application~1json/schema");
        if (!body.isMissingNode()) {
            page.append("<pre>").append(escape(body.toPrettyString())).append("</pre>\n");
        }
    }

    private static void item(StringBuilder page, String name, String text) {
        page.append("<li><code>")
                .append(escape(name))
                .append("</code> ")
                .append(escape(text))
                .append("</li>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
