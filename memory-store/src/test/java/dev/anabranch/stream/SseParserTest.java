package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {

    @Test
    void linesEndWithAnyLineEndAndEventsWithABlankLine() throws BodyTooLargeException {
        assertThat(events("event: a\ndata: 1\n\nevent: b\r\ndata: 2\r\n\r\nevent: c\rdata: 3\r\r"))
                .containsExactly("a=1", "b=2", "c=3");
    }

    @Test
    void oneBlankAfterTheColonBelongsToNobody() throws BodyTooLargeException {
        assertThat(events("data:x\n\ndata: x\n\ndata:  x\n\ndata\n\ndata:\n\n"))
                .containsExactly("message=x", "message=x", "message= x", "message=", "message=");
    }

    @Test
    void dataLinesAreJoined() throws BodyTooLargeException {
        assertThat(events("data: [\ndata: 1,\ndata:\ndata: 2]\n\n")).containsExactly("message=[\n1,\n\n2]");
    }

    @Test
    void commentsUnknownFieldsAndEventsWithoutDataCountForNothing() throws BodyTooLargeException {
        assertThat(events(": hello\nid: 7\nretry: 1\ndata: 1\nevent: a\nfoo\n\nevent: b\n\ndata: 2\n\n\n"))
                .containsExactly("a=1", "message=2");
    }

    @Test
    void anUnfinishedEventNeverHappened() throws BodyTooLargeException {
        assertThat(events("data: 1\n\ndata: 2\n")).containsExactly("message=1");
    }

    @Test
    void aByteOrderMarkIsSkippedAtTheStartOnly() throws BodyTooLargeException {
        assertThat(events("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\ndata: \uFEFF3\n\n"))
                .containsExactly("message=1", "message=\uFEFF3");
    }

    @Test
    void itDoesNotMatterWhereTheBytesAreCut() throws BodyTooLargeException {
        String text = "\uFEFFevent: data\r\ndata: \u00e9\uD83D\uDE00\r\n\r\nevent: control\rdata: {}\r\rdata: x\n\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> whole = events(text);
        assertThat(whole).containsExactly("data=\u00e9\uD83D\uDE00", "control={}", "message=x");

        for (int size = 1; size < bytes.length; size++) {
            List<String> events = new ArrayList<>();
            SseParser parser = parser(events, 1000);
            for (int at = 0; at < bytes.length; at += size) {
                parser.feed(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
            }
            assertThat(events).as("pieces of %d bytes", size).isEqualTo(whole);
        }
    }

    @Test
    void anEventHasALimit() {
        List<String> events = new ArrayList<>();
        SseParser parser = parser(events, 20);

        assertThatThrownBy(() -> parser.feed(
                        ByteBuffer.wrap("data: 123456\ndata: 123456789\n".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(BodyTooLargeException.class);
    }

    private static List<String> events(String text) throws BodyTooLargeException {
        List<String> events = new ArrayList<>();
        parser(events, 1000).feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return events;
    }

    private static SseParser parser(List<String> events, int bytesMax) {
        return new SseParser((type, data) -> events.add(type + "=" + data.utf8()), bytesMax);
    }
}
