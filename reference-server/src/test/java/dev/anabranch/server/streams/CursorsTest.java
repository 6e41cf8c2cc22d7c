package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CursorsTest {

    private static final Instant NOW = Instant.parse("2024-10-09T00:05:19Z");

    private static Cursors cursors(int random) {
        return new Cursors(() -> NOW, bound -> random);
    }

    @Test
    void aCursorCountsTwentySecondsSinceTheEpoch() {
        assertThat(cursors(0).next(Optional.empty())).isEqualTo("15");
        assertThat(cursors(0).next(Optional.of("14"))).isEqualTo("15");
    }

    @Test
    void aCursorThatIsNotBehindIsPassed() {
        assertThat(cursors(0).next(Optional.of("15"))).isEqualTo("16");
        assertThat(cursors(3599).next(Optional.of("15"))).isEqualTo("195");
        assertThat(cursors(0).next(Optional.of("999999999999999999"))).isEqualTo("1000000000000000000");
    }

    @Test
    void whatIsNoNumberIsPassedOver() {
        assertThat(cursors(0).next(Optional.of("-1"))).isEqualTo("15");
        assertThat(cursors(0).next(Optional.of("many"))).isEqualTo("15");
        assertThat(cursors(0).next(Optional.of("9".repeat(40)))).isEqualTo("15");
    }

    @Test
    void whatFollowsOnAConnectionIsNeverBehind() {
        assertThat(cursors(0).notBehind("14")).isEqualTo("15");
        assertThat(cursors(0).notBehind("15")).isEqualTo("15");
        assertThat(cursors(0).notBehind("195")).isEqualTo("195");
    }
}
