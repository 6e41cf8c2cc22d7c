package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.storage.DataFolderException;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of a killed server's folder is damaged in every way. What was acknowledged is there, or is said to be lost.
 */
class DamagedFilesTest {

    private static final List<StreamName> STREAMS = List.of(new StreamName("a"), new StreamName("b"));
    private static final int MESSAGES = 60;
    private static final String PADDING = "x".repeat(500);

    @TempDir
    private Path temp;

    private Path killed;
    private int copies;

    /** A folder as a kill leaves it: half of the messages in a table, half in the log. */
    @BeforeEach
    void kill() throws IOException {
        Path folder = temp.resolve("data");
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder)) {
            for (StreamName name : STREAMS) {
                streams.create(name, CreateRequest.JSON);
                append(streams, name, 0, MESSAGES / 2);
            }
        }
        killed = temp.resolve("killed");
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder)) {
            for (StreamName name : STREAMS) {
                append(streams, name, MESSAGES / 2, MESSAGES);
            }
            copy(folder, killed);
        }
    }

    @Test
    void theFolderOfAKilledServerHasAllThatWasAcknowledged() {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(killed)) {
            STREAMS.forEach(name -> assertThat(read(streams, name)).hasSize(MESSAGES));
        }
    }

    @Test
    void aLogThatLostAnythingAcknowledgedIsRefusedUntilTheLossIsAccepted() throws IOException {
        Path log = file(".log");
        for (byte[] damaged : damages(Files.readAllBytes(killed.resolve(log)), 40)) {
            Path copy = withFile(log, damaged);

            assertThatThrownBy(() -> EmbeddedDurableStreams.open(copy).close())
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining(log.toString())
                    .hasMessageContaining("has lost what was acknowledged")
                    .hasMessageContaining("Restore the folder from a backup");
            assertThat(copy.resolve(log)).as("a refusal changes nothing").hasBinaryContent(damaged);

            Files.delete(copy.resolve("anabranch.synced"));
            try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(copy)) {
                STREAMS.forEach(name -> assertThat(read(streams, name)).hasSizeBetween(MESSAGES / 2, MESSAGES));
            }
        }
    }

    @Test
    void aMissingLogIsRefused() throws IOException {
        Path copy = withFile(file(".log"), new byte[0]);
        Files.delete(copy.resolve(file(".log")));

        assertThatThrownBy(() -> EmbeddedDurableStreams.open(copy).close())
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining("has lost what was acknowledged");
    }

    @Test
    void aDamagedTableIsNamedToWhoeverOpensOrReadsIt() throws IOException {
        Path table = file(".sst");
        for (byte[] damaged : damages(Files.readAllBytes(killed.resolve(table)), 60)) {
            requireWholeOrNamed(withFile(table, damaged), table);
        }
        Path without = withFile(table, new byte[0]);
        Files.delete(without.resolve(table));
        requireWholeOrNamed(without, table);
    }

    @Test
    void aTableWhoseOwnDescriptionIsDamagedIsNamed() throws IOException {
        Path table = file(".sst");
        byte[] damaged = Files.readAllBytes(killed.resolve(table));
        int property = new String(damaged, StandardCharsets.ISO_8859_1).indexOf("column.family.id");
        damaged[property - 1] ^= 0x40; // how long its value is

        Path copy = withFile(table, damaged);

        assertThatThrownBy(() -> EmbeddedDurableStreams.open(copy).close())
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining(table.getFileName().toString())
                .hasMessageContaining("restore the data folder from a backup");
    }

    @Test
    void aDamagedManifestIsNamed() throws IOException {
        Path manifest = file("MANIFEST");
        for (byte[] damaged : damages(Files.readAllBytes(killed.resolve(manifest)), 60)) {
            requireWholeOrNamed(withFile(manifest, damaged), manifest);
        }
        Path without = withFile(manifest, new byte[0]);
        Files.delete(without.resolve(manifest));
        requireWholeOrNamed(without, manifest);
    }

    @Test
    void aDamagedPointerToTheManifestIsNamed() throws IOException {
        Path current = file("CURRENT");
        for (byte[] damaged : damages(Files.readAllBytes(killed.resolve(current)), 16)) {
            requireWholeOrNamed(withFile(current, damaged), Path.of("CURRENT"));
        }
        Path without = withFile(current, new byte[0]);
        Files.delete(without.resolve(current));
        requireWholeOrNamed(without, Path.of("CURRENT"));
    }

    @Test
    void aDatabaseThatIsGoneIsNotTakenForANewOne() throws IOException {
        Path copy = withFile(file(".log"), new byte[0]);
        try (Stream<Path> files = Files.list(copy.resolve("streams"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        assertThatThrownBy(() -> EmbeddedDurableStreams.open(copy).close())
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining("restore the data folder from a backup");
    }

    /** Either everything is there, or {@code damaged} is named where it is missed: nothing is passed over. */
    private void requireWholeOrNamed(Path folder, Path damaged) {
        String name = damaged.getFileName().toString();
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(folder)) {
            for (StreamName stream : STREAMS) {
                try {
                    assertThat(read(streams, stream)).hasSize(MESSAGES);
                } catch (StreamsUnavailableException said) {
                    assertThat(said).hasMessageContaining(name).hasMessageContaining("backup");
                    assertThat(streams.engine().isDamaged()).isTrue();
                    assertThat(said.getMessage()).as("readers learn no paths").doesNotContain(folder.toString());
                }
            }
        } catch (DataFolderException refused) {
            assertThat(refused).hasMessageContaining(name).hasMessageContaining("backup");
            assertThat(refused.getMessage()).hasSizeLessThan(1000).doesNotContain("\n");
        }
    }

    /** Bits turned over here and there, and ends cut off. */
    private static List<byte[]> damages(byte[] whole, int places) {
        List<byte[]> damages = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            byte[] flipped = whole.clone();
            flipped[(int) ((long) whole.length * place / places)] ^= 0x40;
            damages.add(flipped);
        }
        for (int cut = 0; cut < 8; cut++) {
            damages.add(Arrays.copyOf(whole, whole.length * cut / 8));
        }
        damages.add(Arrays.copyOf(whole, whole.length - 1));
        return damages;
    }

    private static void append(EmbeddedDurableStreams streams, StreamName name, int from, int to) {
        for (int i = from; i < to; i++) {
            streams.append(name, AppendRequest.json(List.of(message(name, i))));
        }
    }

    private static String message(StreamName name, int number) {
        return "\"" + name + " " + number + " " + PADDING + "\"";
    }

    /** All messages, which are the first ones that were written, in order. */
    private static List<String> read(EmbeddedDurableStreams streams, StreamName name) {
        List<String> all = new ArrayList<>();
        Offset next = Offset.BEGINNING;
        while (true) {
            StreamPage page = streams.read(name, next);
            for (Payload message : page.messages()) {
                assertThat(message.utf8()).isEqualTo(message(name, all.size()));
                all.add(message.utf8());
            }
            next = page.next();
            if (page.upToDate()) {
                return all;
            }
        }
    }

    /** The one file of the database that is named so, relative to the folder. */
    private Path file(String part) throws IOException {
        try (Stream<Path> files = Files.list(killed.resolve("streams"))) {
            List<Path> named = files.filter(
                            file -> file.getFileName().toString().contains(part))
                    .toList();
            assertThat(named).hasSize(1);
            return killed.relativize(named.get(0));
        }
    }

    private Path withFile(Path file, byte[] content) throws IOException {
        Path copy = temp.resolve("copy" + copies++);
        copy(killed, copy);
        Files.write(copy.resolve(file), content);
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
