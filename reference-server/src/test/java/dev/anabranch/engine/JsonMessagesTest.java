package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMessagesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "]",
                "{",
                "}",
                "[1",
                "1]",
                "[1]]",
                "[1],",
                "[1] x",
                "1 2",
                "{} {}",
                "[1,]",
                "[,1]",
                "[1,,2]",
                "[1 2]",
                "{\"a\":1,}",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "'a'",
                "\"a",
                "\"\t\"",
                "\"a\nb\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12G4\"",
                "\"\\\"",
                "01",
                "-01",
                "1.",
                ".1",
                "-.1",
                "+1",
                "-",
                "1e",
                "1e+",
                "1eE2",
                "0x1",
                "0e",
                "1_000",
                "NaN",
                "Infinity",
                "-Infinity",
                "nul",
                "nulll",
                "True",
                "tru",
                "undefined",
                "// a\n1",
                "/* a */ 1",
                "1 // a",
                "# a\n1",
                "[1]#",
                "\u00a01",
                "1\u00a0",
                "\f1",
                "\u000b1",
                "\u20281",
                "1\u0000",
                "\u0000",
                "\u001e1",
                "[\"a\",\n4\n,1,",
                "{\"a\":\"b\"}/**/",
                "{\"a\":\"b\"}//",
                "{[: \"x\"}\n",
                "\ufeff1",
                "[1]\ufeff",
                "\"a\u001fb\"",
                "[\"a\u0000\"]",
                "*",
                "<null>",
                "[\"x\"",
                "{\"x\": true, ",
                "[true,fals]",
                "2@"
            })
    void whatIsNotExactlyOneJsonTextIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[][] bodies = {
            {'"', (byte) 0xff, '"'},
            {'"', (byte) 0xc0, (byte) 0xaf, '"'}, // overlong
            {'"', (byte) 0xe0, (byte) 0x80, (byte) 0xaf, '"'},
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, // a surrogate
            {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'}, // beyond Unicode
            {'"', (byte) 0xe2, (byte) 0x82, '"'},
            {'"', (byte) 0x80, '"'},
            {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '1'}, // a byte order mark
            {(byte) 0xff, (byte) 0xfe, '1', 0},
            {(byte) 0xfe, (byte) 0xff, 0, '1'},
            {'1', 0},
            {0, '1'},
            {0, 0, 0, '1'},
            "[\"\u00e9\"]".getBytes(StandardCharsets.UTF_16LE),
            "[\"\u00e9\"]".getBytes(StandardCharsets.ISO_8859_1),
        };
        for (byte[] body : bodies) {
            assertThatThrownBy(() -> JsonMessages.of(Payload.copyOf(body), EngineOptions.DEFAULTS))
                    .as(Arrays.toString(body))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1", "-0", "1e400", "0.1e-5", "123456789012345678901234567890", "\"\"", "\"\\ud800\"", "\"\\u0000\"",
                "\"\ufffd\"", "\"\u2028 \ud83d\ude00\"", "null", "true", "{}", "{ \"a\" : 1 , \"a\" : 2 }", "\"/\\/\"",
                        "{\"\":0}"
            })
    void aMessageIsKeptByteForByte(String text) {
        assertThat(parse(text)).containsExactly(text);
        assertThat(parse(" \r\n\t[ " + text + " , " + text + "\n] ")).containsExactly(text, text);
    }

    @Test
    void oneLevelOfArrayIsTakenApart() {
        assertThat(parse("[[1, 2], [[3]], {\"a\": [4]}]")).containsExactly("[1, 2]", "[[3]]", "{\"a\": [4]}");
        assertThat(parse("[]")).isEmpty();
        assertThat(parse("[[]]")).containsExactly("[]");
    }

    @Test
    void aVeryLongNumberAndStringAreTaken() {
        String number = "1".repeat(100_000);
        String string = '"' + "\u00e9".repeat(100_000) + '"';

        assertThat(parse("[" + number + "," + string + "]")).containsExactly(number, string);
    }

    @Test
    void depthIsCountedInsideTheMessage() {
        EngineOptions three = EngineOptions.DEFAULTS.withJsonDepthMax(3);

        for (String fits : List.of("[[[[1]]]]", "{\"a\":{\"headers\":{}}}", "{\"headers\":{\"operation\":[]}}")) {
            assertThat(JsonMessages.of(Payload.of(fits), three)).hasSize(1);
        }
        for (String deep : List.of("[[[[[1]]]]]", "{\"a\":{\"b\":{\"c\":[]}}}", "{\"headers\":{\"operation\":[[]]}}")) {
            assertThatThrownBy(() -> JsonMessages.of(Payload.of(deep), three))
                    .isInstanceOf(LimitExceededException.class);
        }
        assertThatThrownBy(() -> parse("[".repeat(5_000_000))).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void longMessagesAndLongBatchesAreRefused() {
        EngineOptions small = EngineOptions.DEFAULTS.withMessageBytesMax(5).withBatchMessagesMax(2);

        assertThat(JsonMessages.of(Payload.of("[\"123\",\"456\"]"), small)).hasSize(2);
        assertThatThrownBy(() -> JsonMessages.of(Payload.of("[\"1234\"]"), small))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> JsonMessages.of(Payload.of("[1,2,3]"), small))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void eventsOfTheStateProtocolGetAnOffset() {
        assertThat(offered("{\"headers\":{\"operation\":\"insert\"}}"))
                .isEqualTo("{\"headers\":{\"operation\":\"insert\",\"offset\":\"T\"}}");
        assertThat(offered("{\"a\":\"\u00e9\", \"headers\" : { \"control\" : \"reset\" } , \"b\": 1}"))
                .isEqualTo("{\"a\":\"\u00e9\", \"headers\" : { \"control\" : \"reset\" ,\"offset\":\"T\"} , \"b\": 1}");
        assertThat(offered("{\"headers\":{\"offset\":\"old\",\"operation\":\"x\"}}"))
                .isEqualTo("{\"headers\":{\"offset\":\"T\",\"operation\":\"x\"}}");
        assertThat(offered("{\"headers\":{\"offset\":{\"a\":[1]} ,\"operation\":\"x\"}}"))
                .isEqualTo("{\"headers\":{\"offset\":\"T\" ,\"operation\":\"x\"}}");
        assertThat(offered("{\"\\u0068eaders\":{\"operation\":\"x\"}}"))
                .isEqualTo("{\"\\u0068eaders\":{\"operation\":\"x\",\"offset\":\"T\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"headers\":{}}",
                "{\"headers\":{\"operation\":1}}",
                "{\"headers\":[{\"operation\":\"x\"}]}",
                "{\"headers\":\"operation\"}",
                "{\"value\":{\"headers\":{\"operation\":\"x\"}}}",
                "{\"headers\":{\"deeper\":{\"operation\":\"x\"}}}",
                "{\"headers\":{\"operation\":\"x\"},\"headers\":{}}",
                "{\"headers\":{\"operation\":\"x\",\"operation\":null}}",
                "[{\"headers\":{\"operation\":\"x\"}}]",
                "\"headers\""
            })
    void otherMessagesGetNone(String text) {
        assertThat(offered(text)).isEqualTo(text);
    }

    private static List<String> parse(String text) {
        return JsonMessages.of(Payload.of(text), EngineOptions.DEFAULTS).stream()
                .map(message -> message.text().utf8())
                .toList();
    }

    /** How a reader gets the message, with T for the offset. */
    private static String offered(String text) {
        JsonMessage message = JsonMessages.of(Payload.of("[" + text + "]"), EngineOptions.DEFAULTS)
                .get(0);
        Payload read = message.slot().map(slot -> slot.fill(message.text(), 7)).orElse(message.text());
        return read.utf8().replace(Positions.token(7), "T");
    }
}
