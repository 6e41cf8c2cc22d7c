package dev.anabranch.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JsonBodyTest {

    @Test
    void membersAreReadAsWhatTheyAre() {
        JsonBody body = parse("{\"text\":\"t\",\"flag\":true,\"number\":3,\"object\":{\"a\":1},\"nothing\":null}");

        assertThat(body.text("text", 10)).contains("t");
        assertThat(body.bool("flag")).contains(true);
        assertThat(body.integer("number", 0, 3)).contains(3);
        assertThat(body.object("object").orElseThrow().toMap()).isEqualTo(Map.of("a", 1));
        assertThat(body.has("nothing")).isFalse();
        assertThat(body.text("absent", 10)).isEmpty();
        assertThat(body.without(List.of("text", "object")).toMap()).isEqualTo(Map.of("flag", true, "number", 3));
    }

    @Test
    void noBodyIsAnEmptyObject() {
        assertThat(JsonBody.parse(new byte[0]).toMap()).isEmpty();
    }

    @Test
    void whatIsNotOneJsonObjectInUtf8IsRefused() {
        for (String text : List.of("[]", "1", "\"x\"", "null", "{", "{}{}", "{\"a\":1,\"a\":2}", "{'a':1}", " ")) {
            assertInvalid(() -> parse(text), text);
        }
        assertInvalid(
                () -> JsonBody.parse(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}), "bytes");
    }

    @Test
    void aMemberOfAnotherTypeOrSizeIsRefusedByName() {
        JsonBody body = parse("{\"a\":\"text\",\"n\":5,\"half\":1.5,\"big\":99999999999,\"blank\":\"  \"}");

        assertInvalid(() -> body.text("n", 10), "'n'");
        assertInvalid(() -> body.text("a", 3), "3");
        assertInvalid(() -> body.bool("a"), "'a'");
        assertInvalid(() -> body.integer("a", 0, 9), "'a'");
        assertInvalid(() -> body.integer("n", 6, 9), "from 6 to 9");
        assertInvalid(() -> body.integer("half", 0, 9), "'half'");
        assertInvalid(() -> body.integer("big", 0, Integer.MAX_VALUE), "'big'");
        assertInvalid(() -> body.object("a"), "'a'");
        assertInvalid(() -> body.requiredText("blank", 10), "'blank'");
        assertInvalid(() -> body.requiredText("absent", 10), "'absent'");
    }

    private static void assertInvalid(ThrowingCallable call, String words) {
        assertThatThrownBy(call).as(words).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(400);
            if (words.contains("'") || words.contains("from")) {
                assertThat(refused.problem().detail()).isNotBlank();
            }
        });
    }

    private static JsonBody parse(String text) {
        return JsonBody.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
