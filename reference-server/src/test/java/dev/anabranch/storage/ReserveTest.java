package dev.anabranch.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReserveTest {

    private static final long MIB = 1L << 20;

    @TempDir
    private Path folder;

    private long stored;

    private Reserve reserve() {
        return new Reserve(folder, () -> stored);
    }

    private long bytes() throws IOException {
        Path file = folder.resolve(Reserve.FILE);
        return Files.exists(file) ? Files.size(file) : 0;
    }

    @Test
    void itIsHalfAsLargeAsTheDatabaseWithinBounds() throws IOException {
        Reserve reserve = reserve();
        reserve.restore();
        assertThat(bytes()).isEqualTo(MIB);

        stored = 9 * MIB;
        reserve.growWith(1);
        assertThat(bytes()).as("looked at when a step's worth is written").isEqualTo(MIB);
        reserve.growWith(MIB);
        assertThat(bytes()).isEqualTo(4 * MIB);

        stored = 1000 * MIB;
        reserve.growWith(MIB);
        assertThat(bytes()).isEqualTo(64 * MIB);
    }

    @Test
    void itIsFoundAgainAsItWasLeft() throws IOException {
        stored = 20 * MIB;
        reserve().restore();

        Reserve later = reserve();

        assertThat(later.missing()).isZero();
        assertThat(bytes()).isEqualTo(10 * MIB);
    }

    @Test
    void whatIsGivenUpIsNotTakenAgainUnasked() throws IOException {
        stored = 20 * MIB;
        Reserve reserve = reserve();
        reserve.restore();

        reserve.giveUp();
        reserve.growWith(5 * MIB);

        assertThat(bytes()).isZero();
        assertThat(reserve.missing()).isEqualTo(10 * MIB);
        reserve.restore();
        assertThat(bytes()).isEqualTo(10 * MIB);
        assertThat(reserve.missing()).isZero();
    }
}
