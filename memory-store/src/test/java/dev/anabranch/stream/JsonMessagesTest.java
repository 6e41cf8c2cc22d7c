package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMessagesTest {

    @Test
    void eachMessageKeepsItsVeryBytes() {
        String page = String.join(
                "",
                " [ 1e400 ,-0,1.0,12,\"\\u00e9 \u00e9\uD83D\uDE00\\\"],\",{\"a\":1,\"a\" : [ ] },[[],{}],\n",
                "true ,false,null , \"\\ud800\",\"\",123456789012345678901234567890 ] \n");

        assertThat(split(page))
                .containsExactly(
                        "1e400",
                        "-0",
                        "1.0",
                        "12",
                        "\"\\u00e9 \u00e9\uD83D\uDE00\\\"],\"",
                        "{\"a\":1,\"a\" : [ ] }",
                        "[[],{}]",
                        "true",
                        "false",
                        "null",
                        "\"\\ud800\"",
                        "\"\"",
                        "123456789012345678901234567890");
    }

    @Test
    void anEmptyPageHasNoMessages() {
        assertThat(split("[]")).isEmpty();
        assertThat(split(" [ ] ")).isEmpty();
        assertThat(split("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "{}",
                "1",
                "[1][2]",
                "[1] x",
                "[nope]",
                "[\"a]",
                "[{]}",
                "[01]",
                "[1 2]",
                "<html>",
                "[{\"a\"}]",
                "[\"\t\"]",
                "\uFEFF[1]",
                "[1\u0000]"
            })
    void anythingElseIsMalformed(String page) {
        assertThatThrownBy(() -> split(page)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void onlyUtf8IsJson() {
        for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16)) {
            assertThatThrownBy(() -> JsonMessages.ofArray(Payload.wrap("[1,2]".getBytes(charset))))
                    .isInstanceOf(MalformedAnswerException.class);
        }
        assertThatThrownBy(() -> JsonMessages.ofArray(Payload.wrap(new byte[] {'[', '"', (byte) 0xff, '"', ']'})))
                .isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void deepLongAndManyAreAllRead() {
        String deep = "[".repeat(50_000) + "]".repeat(50_000);
        String text = "\"" + "x".repeat(3_000_000) + "\"";
        String number = "1".repeat(5_000);
        String name = "{\"" + "k".repeat(100_000) + "\":1}";

        assertThat(split("[" + String.join(",", deep, text, number, name) + "]"))
                .containsExactly(deep, text, number, name);
    }

    @Test
    void aSliceOfALargerArrayIsSplitWhereItIs() {
        Payload page = Payload.of("xxxx[1,\"two\"]yyyy").slice(4, 9);

        assertThat(JsonMessages.ofArray(page)).extracting(Payload::utf8).containsExactly("1", "\"two\"");
    }

    @Test
    void anEventIsAnArrayOrOneMessage() {
        assertThat(JsonMessages.ofEvent(Payload.of("\n[1,\n2]")))
                .extracting(Payload::utf8)
                .containsExactly("1", "2");
        assertThat(JsonMessages.ofEvent(Payload.of(" {\"a\":[1]} ")))
                .extracting(Payload::utf8)
                .containsExactly("{\"a\":[1]}");
        assertThat(JsonMessages.ofEvent(Payload.of(""))).isEmpty();
        assertThatThrownBy(() -> JsonMessages.ofEvent(Payload.of("1,2]"))).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void whateverIsJoinedIsSplitAgain() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            List<String> messages = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                messages.add(value(random, 4));
            }
            String separator = random.nextBoolean() ? "," : " ,\n";
            assertThat(split("[" + String.join(separator, messages) + "]"))
                    .as("seed %d", seed)
                    .isEqualTo(messages);
        }
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> Integer.toString(random.nextInt(-1000, 1000));
            case 1 -> random.nextInt(100) + "." + random.nextInt(10) + "E-" + random.nextInt(500);
            case 2 -> "\"" + "\\\"],{}\u00e9\uD83D\uDE00 ".repeat(random.nextInt(4)) + "\"";
            case 3 -> random.nextBoolean() ? "null" : "true";
            case 4 -> "[ " + value(random, depth - 1) + " ," + value(random, depth - 1) + "]";
            default -> "{ \"k\\\"\" : " + value(random, depth - 1) + "}";
        };
    }

    private static List<String> split(String page) {
        return JsonMessages.ofArray(Payload.of(page)).stream()
                .map(Payload::utf8)
                .toList();
    }
}
