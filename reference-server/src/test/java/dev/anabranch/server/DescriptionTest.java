package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.backup.BackupFace;
import dev.anabranch.server.conversations.ConversationsFace;
import dev.anabranch.server.description.DescriptionFace;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.metrics.MetricsFace;
import dev.anabranch.server.rest.Route;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description says what the server does, no more and no less. */
class DescriptionTest {

    private static final Set<String> OTHERS =
            Set.of("POST /rpc", "GET /health", "GET /health/live", "GET /health/ready");

    @TempDir
    private Path data;

    @Test
    void everyRouteIsDescribedWithItsScopeAndNothingElseIs() {
        Map<String, String> declared = new TreeMap<>();
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory()) {
            ServerParts parts = ServerParts.of(ServerOptions.DEFAULTS.withDataDir(data), streams, Optional.empty());
            parts.faces().stream()
                    .flatMap(DescriptionTest::routes)
                    .forEach(route -> declared.put(
                            route.method() + " " + route.path(),
                            route.scopes().stream()
                                    .map(scope -> "Needs the scope `" + scope.id() + "`.")
                                    .collect(Collectors.joining())));
            parts.faces().forEach(Face::close);
        }

        Map<String, String> described = new TreeMap<>();
        DescriptionFace.description()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> described.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                operation.getValue().path("description").asText())));
        described.keySet().removeAll(OTHERS);

        assertThat(described).isEqualTo(declared);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        JsonNode description = DescriptionFace.description();
        Set<String> missing = new TreeSet<>();

        description.findValuesAsText("$ref").forEach(reference -> {
            if (description.at(reference.substring(1)).isMissingNode()) {
                missing.add(reference);
            }
        });

        assertThat(missing).isEmpty();
    }

    private static Stream<Route> routes(Face face) {
        if (face instanceof ConversationsFace conversations) {
            return conversations.routes().stream();
        }
        if (face instanceof BackupFace backups) {
            return backups.routes().stream();
        }
        return face instanceof MetricsFace metrics ? metrics.routes().stream() : Stream.empty();
    }
}
