package dev.anabranch.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPatternTest {

    @ParameterizedTest
    @CsvSource({
        "events/*, events/a, true",
        "events/*, events/a/b, false",
        "events/*, events, false",
        "events/*, other/a, false",
        "*, events, true",
        "*, events/a, false",
        "**, events, true",
        "**, events/a/b, true",
        "events/**, events, true",
        "events/**, events/a/b/c, true",
        "events/**, eventsa, false",
        "**/tail, tail, true",
        "**/tail, a/b/tail, true",
        "**/tail, a/b/tails, false",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "a/**/z, a/b/c, false",
        "a/*/z, a/b/z, true",
        "a/*/z, a/z, false",
        "a/**/**/z, a/z, true",
        "events/a*, events/abc, false",
        "events/a*, events/a*, true",
        "events/%2A, events/*, true",
        "events/%2A, events/a, false",
        "events/a.c, events/abc, false",
    })
    void starsStandForSegments(String pattern, String name, boolean matches) {
        assertThat(new StreamPattern(pattern).matches(new StreamName(name))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "a/../b", "./a", "a\u0000b"})
    void whatIsNoNameIsNoPattern(String pattern) {
        assertThatThrownBy(() -> new StreamPattern(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"events/*, events/", "events/**, events", "**, ''", "a/b, a/b", "a/*/c, a/", "a/%2A/c/*, a/*/c/"})
    void thePrefixIsWhatAllMatchesBeginWith(String pattern, String prefix) {
        assertThat(new StreamPattern(pattern).prefix()).isEqualTo(prefix);
    }

    @Test
    void theIndexFindsExactlyThePatternsThatMatch() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        PatternIndex<StreamPattern> index = new PatternIndex<>();
        Set<StreamPattern> present = new HashSet<>();
        for (int round = 0; round < 3_000; round++) {
            StreamPattern pattern = new StreamPattern(path(random, "a", "b", "*", "**"));
            if (present.add(pattern)) {
                index.add(pattern, pattern);
            } else if (random.nextBoolean()) {
                present.remove(pattern);
                index.remove(pattern, pattern);
            }
            StreamName name = new StreamName(path(random, "a", "b", "c"));
            List<StreamPattern> expected =
                    present.stream().filter(each -> each.matches(name)).toList();
            assertThat(index.matching(name))
                    .as("seed %d, %s", seed, name)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        present.forEach(pattern -> index.remove(pattern, pattern));
        assertThat(index.isEmpty()).isTrue();
    }

    @Test
    void manyDoubleStarsDoNotMultiplyTheWork() {
        PatternIndex<String> index = new PatternIndex<>();
        index.add(new StreamPattern("**/a/".repeat(30) + "x"), "deep");

        assertThat(index.matching(new StreamName("a/".repeat(400) + "y"))).isEmpty();
    }

    private static String path(SplittableRandom random, String... words) {
        List<String> segments = new ArrayList<>();
        int length = random.nextInt(1, 5);
        for (int i = 0; i < length; i++) {
            segments.add(words[random.nextInt(words.length)]);
        }
        return String.join("/", segments);
    }
}
