package dev.anabranch.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksStorageTest extends StreamStorageContract {

    @TempDir
    private Path folder;

    @Override
    StreamStorage openEmpty() {
        return StreamStorage.open(folder, 8 << 20, StreamStorage.QUEUED_BYTES_DEFAULT);
    }
}
