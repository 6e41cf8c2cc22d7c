package dev.anabranch.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void theSpaceOfALargeDeletedRangeComesBackUntouched() throws Exception {
        try (RocksStore store = RocksStore.open(folder, 8L * MIB)) {
            // More than one write buffer, so that some of it lies in files and some in the log.
            fill(store, 1, 90);
            fill(store, 2, 6);
            long before = store.bytes();

            delete(store, 1);
            awaitReclaim(store);

            assertThat(before).isGreaterThan(90L * MIB);
            assertThat(store.bytes()).isLessThan(16L * MIB);
            assertThat(store.keys(Keys.record(1, 0), Keys.recordsEnd(1), 1)).isEmpty();
            assertThat(store.keys(Keys.record(2, 0), Keys.recordsEnd(2), 100)).hasSize(6);
        }
        try (RocksStore reopened = RocksStore.open(folder, 8L * MIB)) {
            assertThat(reopened.keys(Keys.record(1, 0), Keys.recordsEnd(1), 1)).isEmpty();
            assertThat(reopened.keys(Keys.record(2, 0), Keys.recordsEnd(2), 100))
                    .hasSize(6);
        }
    }

    @Test
    void aStoreClosesWhileSpaceComesBack() throws Exception {
        try (RocksStore store = RocksStore.open(folder, 8L * MIB)) {
            fill(store, 1, 30);
            delete(store, 1);
        }
        try (RocksStore reopened = RocksStore.open(folder, 8L * MIB)) {
            assertThat(reopened.keys(Keys.record(1, 0), Keys.recordsEnd(1), 1)).isEmpty();
        }
    }

    @Test
    void aStoreThatIsOpenForRemovalsGivesTheReserveUpAndTheRoomOfWhatIsRemovedBack() throws Exception {
        try (RocksStore store = RocksStore.open(folder, 8L * MIB)) {
            fill(store, 1, 30);
            fill(store, 2, 2);
            Path reserve = folder.resolve(Reserve.FILE);
            assertThat(Files.size(reserve)).isGreaterThan(10L * MIB);

            assertThat(store.recoverForRemovals()).isTrue();
            assertThat(reserve).doesNotExist();
            delete(store, 1);
            awaitReclaim(store);

            assertThat(store.bytes()).as("log and files").isLessThan(4L * MIB);
            assertThat(store.keys(Keys.record(2, 0), Keys.recordsEnd(2), 100)).hasSize(2);
            assertThat(store.recover()).isTrue();
            assertThat(Files.size(reserve)).isEqualTo(MIB);
            fill(store, 3, 1);
            assertThat(store.keys(Keys.record(3, 0), Keys.recordsEnd(3), 100)).hasSize(1);
        }
    }

    /** Random bytes: they do not compress. */
    private static void fill(RocksStore store, long stream, int mebibytes) throws StoreWriteException {
        SplittableRandom random = new SplittableRandom(stream);
        for (int i = 0; i < mebibytes; i++) {
            byte[] content = new byte[MIB];
            random.nextBytes(content);
            try (OrderedStore.Batch batch = store.batch()) {
                batch.put(Keys.record(stream, i), content);
                store.write(batch, false);
            }
        }
    }

    private static void delete(RocksStore store, long stream) throws StoreWriteException {
        try (OrderedStore.Batch batch = store.batch()) {
            batch.deleteRange(Keys.record(stream, 0), Keys.recordsEnd(stream));
            store.write(batch, true);
        }
    }

    private static void awaitReclaim(RocksStore store) throws InterruptedException {
        CountDownLatch reclaimed = new CountDownLatch(1);
        store.whenReclaimed(reclaimed::countDown);
        assertThat(reclaimed.await(1, TimeUnit.MINUTES)).isTrue();
    }
}
