package dev.anabranch.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {

    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00.5Z");
    private static final StreamName NAME = new StreamName("a");
    private static final int WRITERS = 3;

    @TempDir
    private Path temp;

    @Test
    void aBackupThatIsWrittenUnderLoadHasAllThatWasAcknowledgedBefore() throws Exception {
        Path folder = temp.resolve("backups");
        List<AtomicInteger> acknowledged =
                Stream.generate(AtomicInteger::new).limit(WRITERS).toList();
        CountDownLatch underWay = new CountDownLatch(50);
        AtomicBoolean finished = new AtomicBoolean();
        List<Integer> before = new ArrayList<>();
        String name;
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (TestServer server = TestServer.start(temp.resolve("data"), options -> options.withBackupDir(folder))) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                String stream = "/v1/stream/" + number;
                assertThat(server.call("PUT", stream, "", "[0]").status()).isEqualTo(201);
                writers.add(threads.submit(() -> {
                    while (!finished.get()) {
                        int next = acknowledged.get(number).get() + 1;
                        assertThat(server.post(stream, "", "[" + next + "]").status())
                                .isEqualTo(204);
                        acknowledged.get(number).set(next);
                        underWay.countDown();
                    }
                }));
            }
            assertThat(underWay.await(1, TimeUnit.MINUTES)).isTrue();
            acknowledged.forEach(count -> before.add(count.get()));
            Reply reply = server.post("/v1/admin/backup", "", "");
            finished.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }

            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.json().path("bytes").longValue()).isPositive();
            name = reply.text("name");
            assertThat(reply.response().body()).doesNotContain(temp.toString());
        } finally {
            threads.shutdownNow();
        }

        assertThat(namesIn(folder)).containsExactly(name);
        try (EmbeddedDurableStreams restored = EmbeddedDurableStreams.open(folder.resolve(name))) {
            for (int writer = 0; writer < WRITERS; writer++) {
                List<String> messages = restored.read(new StreamName("" + writer), Offset.BEGINNING).messages().stream()
                        .map(message -> message.utf8())
                        .toList();
                assertThat(messages).hasSizeGreaterThan(before.get(writer));
                for (int i = 0; i < messages.size(); i++) {
                    assertThat(messages.get(i)).isEqualTo(String.valueOf(i));
                }
            }
        }
    }

    @Test
    void withoutAFolderThereAreNoBackups() {
        try (TestServer server = TestServer.start(temp)) {
            Reply reply = server.post("/v1/admin/backup", "", "");

            assertThat(reply.status()).isEqualTo(409);
            assertThat(reply.text("code")).isEqualTo("conflict");
        }
    }

    @Test
    void aBackupIsNamedForItsTimeAndNeverWrittenOver() throws IOException {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(temp.resolve("data"))) {
            streams.create(NAME, CreateRequest.JSON);
            Backups backups = Backups.open(streams.engine(), temp.resolve("backups"), () -> NOON);

            Backups.Backup made = backups.make();

            assertThat(made.name()).isEqualTo("2026-05-01T12-00-00.500Z");
            assertThatThrownBy(backups::make).isInstanceOf(ProblemException.class);
            assertThat(namesIn(temp.resolve("backups"))).containsExactly(made.name());
        }
    }

    @Test
    void aBackupThatFailsLeavesNothingBehind() throws IOException {
        EmbeddedDurableStreams streams = EmbeddedDurableStreams.open(temp.resolve("data"));
        Backups backups = Backups.open(streams.engine(), temp.resolve("backups"), () -> NOON);
        streams.close();

        assertThatThrownBy(backups::make)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem().status()).isEqualTo(503));

        assertThat(namesIn(temp.resolve("backups"))).isEmpty();
    }

    @Test
    void whatACrashLeftOfABackupIsRemovedAtTheNextStart() throws IOException {
        Path folder = temp.resolve("backups");
        Path half = folder.resolve(".unfinished-2026-05-01T11-00-00.000Z/streams.tmp");
        Files.createDirectories(half);
        Files.writeString(half.resolve("000001.sst"), "half");
        Files.createDirectories(folder.resolve("2026-05-01T10-00-00.000Z/streams"));
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory()) {
            Backups.open(streams.engine(), folder, () -> NOON);
        }

        assertThat(namesIn(folder)).containsExactly("2026-05-01T10-00-00.000Z");
    }

    @Test
    void aFolderThatCannotBeUsedKeepsTheServerFromStarting() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        assertThatThrownBy(() -> TestServer.start(temp.resolve("data"), options -> options.withBackupDir(file))
                        .close())
                .hasMessageContaining("backup folder '" + file + "' cannot be used");
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }
}
