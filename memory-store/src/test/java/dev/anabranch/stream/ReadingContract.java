package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every implementation promises of reading. */
abstract class ReadingContract extends WritingContract {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void readingOnFromATailGivesWhatFollows() {
        StreamName name = jsonStream("read");
        Offset empty = tail(name);
        Offset first = append(name, "1");
        Offset second = append(name, "2", "3");

        assertThat(readFrom(name, empty)).containsExactly("1", "2", "3");
        assertThat(readFrom(name, first)).containsExactly("2", "3");
        assertThat(streams().read(name, second)).isEqualTo(new StreamPage(second, List.of(), second, true, false));
    }

    @Test
    void readingFromNowGivesTheTailAndNothingElse() {
        StreamName name = jsonStream("now");
        Offset tail = append(name, "1");

        assertThat(streams().read(name, Offset.NOW))
                .isEqualTo(new StreamPage(Offset.NOW, List.of(), tail, true, false));
    }

    @Test
    void readingNoStreamFails() {
        StreamName name = name("nothing");

        assertThatThrownBy(() -> streams().read(name, Offset.BEGINNING)).isInstanceOf(StreamNotFoundException.class);
        assertThat(streams().head(name)).isEmpty();
        assertThat(streams().delete(name)).isFalse();
    }

    @Test
    void anOffsetThatNobodyNamedIsRefused() {
        StreamName name = jsonStream("offset");

        assertThatThrownBy(() -> streams().read(name, new Offset("no-such-place")))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aLongStreamIsReadToItsEndPageByPage() {
        StreamName name = jsonStream("long");
        List<String> written = new ArrayList<>();
        for (int batch = 0; batch < 40; batch++) {
            int base = batch * 50;
            String[] messages = IntStream.range(base, base + 50)
                    .mapToObj(i -> "{\"i\":" + i + ",\"text\":\"" + "x".repeat(1000) + "\"}")
                    .toArray(String[]::new);
            append(name, messages);
            written.addAll(List.of(messages));
        }

        assertThat(readAll(name)).isEqualTo(written);
    }

    @Test
    void jsonIsReadAsItWasWritten() throws IOException {
        StreamName name = jsonStream("exact");
        String[] messages = {
            "{\"b\":1.0,\"a\":-0,\"e\":1E2}",
            "\"\\u00e9\\ud83d\\ude00 \\/ \u00e9\uD83D\uDE00\"",
            "[ 1 , 2 ]",
            "{ \"a\" : { } }"
        };

        append(name, messages);

        List<String> read = readAll(name);
        if (!lacks(Lack.EXACT_JSON)) {
            assertThat(read).containsExactly(messages);
        }
        assertThat(read).hasSameSizeAs(messages);
        for (int i = 0; i < messages.length; i++) {
            assertThat(numbersAsDoubles(read.get(i))).isEqualTo(numbersAsDoubles(messages[i]));
        }
    }

    private static String numbersAsDoubles(String json) throws IOException {
        return MAPPER.readTree(json)
                .toString()
                .replaceAll("-0\\b(?!\\.)", "0")
                .replace("1.0,", "1,")
                .replace("100.0", "100");
    }

    @Test
    void bytesAreReadAsTheyWereWritten() {
        StreamName name = name("bytes");
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        streams().create(name, CreateRequest.of(ContentType.OCTET_STREAM));

        streams().append(name, AppendRequest.of(ContentType.OCTET_STREAM, Payload.copyOf(all)));
        streams().append(name, AppendRequest.of(ContentType.OCTET_STREAM, Payload.copyOf(all)));

        ByteArrayOutputStream read = new ByteArrayOutputStream();
        streams().read(name, Offset.BEGINNING).messages().forEach(piece -> read.writeBytes(piece.toByteArray()));
        assertThat(read.size()).isEqualTo(512);
        assertThat(Payload.wrap(read.toByteArray()).slice(256, 256)).isEqualTo(Payload.copyOf(all));
    }

    @Test
    void changeEventsCarryThePlaceAfterTheirAppend() throws IOException {
        StreamName name = jsonStream("events");
        String event = "{\"type\":\"t\",\"key\":\"k\",\"value\":{},\"headers\":{\"operation\":\"insert\"}}";

        Offset tail = append(name, event, "{\"headers\":{\"other\":true}}");

        List<String> read = readAll(name);
        JsonNode offset = MAPPER.readTree(read.get(0)).path("headers").path("offset");
        if (lacks(Lack.CHANGE_EVENT_OFFSETS)) {
            assertThat(offset.isMissingNode()).isTrue();
        } else {
            assertThat(new Offset(offset.asText())).isLessThanOrEqualTo(tail);
            assertThat(new Offset(offset.asText())).isGreaterThan(Offset.BEGINNING);
        }
        assertThat(MAPPER.readTree(read.get(0))
                        .path("headers")
                        .path("operation")
                        .asText())
                .isEqualTo("insert");
        assertThat(read.get(1)).isEqualTo("{\"headers\":{\"other\":true}}");
    }
}
