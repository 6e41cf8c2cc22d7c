package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.storage.DataFolderException;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final StreamName NAME = new StreamName("a-telling-name");

    @TempDir
    private Path folder;

    @Test
    void aFolderBelongsToOneAtATime() {
        try (EmbeddedDurableStreams first = EmbeddedDurableStreams.open(folder)) {
            assertThat(first.create(NAME, CreateRequest.JSON)).isNotNull();
            assertThatThrownBy(() -> EmbeddedDurableStreams.open(folder).close())
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("in use");
        }
        try (EmbeddedDurableStreams second = EmbeddedDurableStreams.open(folder)) {
            assertThat(second.head(NAME)).isPresent();
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> EmbeddedDurableStreams.open(file).close())
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void afterAPurgeNoFileHoldsAnythingOfADeletedStream() throws IOException {
        byte[] secret = new byte[64];
        new SplittableRandom(1).nextBytes(secret);
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder)) {
            streams.create(NAME, CreateRequest.of(ContentType.OCTET_STREAM));
            streams.append(NAME, AppendRequest.of(ContentType.OCTET_STREAM, Payload.copyOf(secret)));
            assertThat(isHeld(secret)).isTrue();
            streams.delete(NAME);
            assertThat(isHeld(secret)).isTrue();

            streams.engine().purge();
            assertThat(isHeld(secret)).isFalse();
            assertThat(isHeld(NAME.value().getBytes(StandardCharsets.UTF_8))).isFalse();
        }
    }

    @Test
    void aCheckpointIsAStoreOfItsOwn() {
        Path copy = folder.resolve("copy");
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder.resolve("data"))) {
            streams.create(NAME, CreateRequest.JSON.withBody(Payload.of("[1,2]")));
            streams.engine().checkpoint(copy);
            streams.delete(NAME);
        }
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(copy)) {
            assertThat(streams.engine().names("", Optional.empty(), 10)).containsExactly(NAME);
            assertThat(streams.read(NAME, Offset.BEGINNING).messages()).hasSize(2);
        }
    }

    private boolean isHeld(byte[] bytes) throws IOException {
        String needle = new String(bytes, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(needle)) {
                    return true;
                }
            }
            return false;
        }
    }
}
