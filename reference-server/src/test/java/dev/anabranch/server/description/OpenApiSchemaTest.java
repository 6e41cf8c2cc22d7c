package dev.anabranch.server.description;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The description is an OpenAPI 3.1 document, by the specification's own schema, the schemas in it included. */
class OpenApiSchemaTest {

    private static final String BASE = "https://spec.openapis.org/oas/3.1/schema-base/2025-09-15";

    private static final JsonSchema OPEN_API = JsonSchemaFactory.getInstance(
                    SpecVersion.VersionFlag.V202012,
                    factory -> factory.schemaMappers(mappers ->
                            mappers.mapPrefix("https://spec.openapis.org/oas/3.1/", "classpath:openapi/3.1/")))
            .getSchema(SchemaLocation.of(BASE));

    private final JsonNode description = DescriptionFace.description();

    @Test
    void theDescriptionIsValid() {
        assertThat(OPEN_API.validate(description)).isEmpty();
    }

    @Test
    void theSchemaSeesWhatIsWrong() {
        ObjectNode broken = description.deepCopy();
        ((ObjectNode) broken.at("/info")).remove("title");
        ((ObjectNode) broken.at("/components/schemas").elements().next()).put("type", "strange");

        Set<ValidationMessage> seen = OPEN_API.validate(broken);

        assertThat(seen.toString()).contains("'title'", "schemas.Problem.type");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> dangling = new ArrayList<>();
        for (JsonNode reference : description.findValues("$ref")) {
            if (description.at(reference.asText().substring(1)).isMissingNode()) {
                dangling.add(reference.asText());
            }
        }

        assertThat(dangling).isEmpty();
    }

    @Test
    void noTwoOperationsHaveTheSameId() {
        List<String> ids = description.findValuesAsText("operationId");

        assertThat(ids).isNotEmpty().hasSameSizeAs(new TreeSet<>(ids));
    }
}
