package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmptyArrayTest {

    private static final StreamName NAME = new StreamName("pool");

    @Test
    void aStreamCreatedWithAnEmptyArrayIsEmptyAndTakesAppends(@TempDir Path folder) {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder)) {
            streams.create(NAME, CreateRequest.JSON.withBody(Payload.of("[]")));
            streams.append(NAME, AppendRequest.json(List.of("1")));

            assertThat(streams.read(NAME, Offset.BEGINNING).messages()).containsExactly(Payload.of("1"));
        }
    }
}
