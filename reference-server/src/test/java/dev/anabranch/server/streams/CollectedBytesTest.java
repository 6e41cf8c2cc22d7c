package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CollectedBytesTest {

    private final CollectedBytes collected = new CollectedBytes();

    @Test
    void nothingIsAnEmptyArray() {
        assertThat(collected.size()).isZero();
        assertThat(collected.take()).isEmpty();
    }

    @Test
    void piecesComeBackAsOneWhateverTheirSizes() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] sent = new byte[random.nextInt(3_000_000)];
            random.nextBytes(sent);
            for (int at = 0; at < sent.length; ) {
                int count = Math.min(sent.length - at, 1 + random.nextInt(1 << (1 + random.nextInt(21))));
                collected.add(ByteBuffer.wrap(sent, at, count));
                at += count;
                assertThat(collected.size()).isEqualTo(at);
            }
            assertThat(Arrays.equals(collected.take(), sent)).isTrue();
        }
    }

    @Test
    void whatIsClearedIsGone() {
        collected.add(ByteBuffer.wrap(new byte[] {1, 2}));
        collected.clear();
        collected.add(ByteBuffer.wrap(new byte[] {3}));

        assertThat(collected.take()).containsExactly(3);
    }
}
