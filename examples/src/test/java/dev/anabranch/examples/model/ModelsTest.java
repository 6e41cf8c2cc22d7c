package dev.anabranch.examples.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ModelsTest {

    @Test
    void withoutAKeyTheModelIsTheOfflineOne() {
        assertThat(Models.from(Map.of()).offline()).isTrue();
        assertThat(Models.from(Map.of("OPENAI_API_KEY", " ")).offline()).isTrue();
    }

    @Test
    void aServerOfOnesOwnNeedsNoKey() {
        assertThat(Models.from(Map.of("OPENAI_BASE_URL", "http://localhost:11434/v1"))
                        .offline())
                .isFalse();
        assertThat(Models.from(Map.of("OPENAI_BASE_URL", "")).offline()).isTrue();
    }

    @Test
    void aKeyChoosesARealModelAndSaysWhich() {
        Models models = Models.from(Map.of(
                "OPENAI_API_KEY",
                "secret",
                "OPENAI_BASE_URL",
                "http://localhost:11434/v1",
                "OPENAI_MODEL",
                "llama3.2"));

        assertThat(models.offline()).isFalse();
        assertThat(models.description())
                .isEqualTo("model llama3.2 at http://localhost:11434/v1")
                .doesNotContain("secret");
    }
}
