package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseEventsTest {

    private static final ContentType TEXT = new ContentType("text/plain");

    private static StreamPage page(boolean closed, Payload... messages) {
        return new StreamPage(Offset.BEGINNING, List.of(messages), new Offset("0_9"), true, closed);
    }

    private static String events(SseEvents events, Payload... messages) {
        ByteBuffer buffer = events.of(page(false, messages), "7");
        return StandardCharsets.UTF_8.decode(buffer).toString();
    }

    private static final String CONTROL = """
            event: control
            data:{"streamNextOffset":"0_9","streamCursor":"7","upToDate":true}

            """;

    private static final String END = """


            event: control
            data:{"streamNextOffset":"0_9","upToDate":true,"streamClosed":true}

            """;

    @Test
    void aDataEventOfJsonIsOneArrayAndAControlEventFollows() {
        assertThat(events(new SseEvents(ContentType.JSON), Payload.of("{\"a\":1}"), Payload.of("2")))
                .isEqualTo("event: data\ndata:[{\"a\":1},2]\n\n" + CONTROL);
    }

    @Test
    void aPageWithoutDataIsAControlEventAlone() {
        assertThat(events(new SseEvents(ContentType.JSON))).isEqualTo(CONTROL);
    }

    @Test
    void theEndOfAClosedStreamIsSaidWithoutCursor() {
        ByteBuffer buffer = new SseEvents(TEXT).of(page(true), "7");

        assertThat(StandardCharsets.UTF_8.decode(buffer).toString()).isEqualTo("""
                        event: control
                        data:{"streamNextOffset":"0_9","upToDate":true,"streamClosed":true}

                        """);
    }

    @Test
    void noLineBreakInTextCanPassForAnEvent() {
        String attack = "a\r\rdata: {}\n\nevent: control\r\ndata: x\r";

        assertThat(events(new SseEvents(TEXT), Payload.of(attack)))
                .isEqualTo("event: data\ndata:a\ndata:\ndata:data: {}\ndata:\ndata:event: control\ndata:data: x\n"
                        + "data:\n\n" + CONTROL);
    }

    @Test
    void aSpaceThatBeginsALineIsKept() {
        assertThat(events(new SseEvents(TEXT), Payload.of(" a\n  b")))
                .startsWith("event: data\ndata:  a\ndata:   b\n\n");
    }

    @Test
    void bytesAreBase64() {
        assertThat(events(new SseEvents(ContentType.OCTET_STREAM), Payload.wrap(new byte[] {0, (byte) 255, 10})))
                .isEqualTo("event: data\ndata:AP8K\n\n" + CONTROL);
    }

    @Test
    void aCharacterThatIsSplitBetweenPagesArrivesWhole() {
        byte[] text = "a€😀é".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            SseEvents events = new SseEvents(TEXT);
            String first = events(events, Payload.wrap(Arrays.copyOf(text, cut)));
            String second = events(events, Payload.wrap(Arrays.copyOfRange(text, cut, text.length)));

            assertThat((first + second).replace(CONTROL, "").replaceAll("event: data\ndata:(.*)\n\n", "$1"))
                    .as("cut at %d", cut)
                    .isEqualTo("a€😀é");
        }
    }

    @Test
    void whatIsNoWholeCharacterIsGivenOutWhenTheStreamEnds() {
        byte[] half = Arrays.copyOf("€".getBytes(StandardCharsets.UTF_8), 2);
        SseEvents later = new SseEvents(TEXT);
        events(later, Payload.wrap(half));

        assertThat(new SseEvents(TEXT).of(page(true, Payload.wrap(half)), "7"))
                .isEqualTo(octets("event: data\ndata:", half, END));
        assertThat(later.of(page(true), "7")).isEqualTo(octets("event: data\ndata:", half, END));
    }

    @Test
    void whatBeginsNoCharacterWaitsForNothing() {
        byte[] noText = {(byte) 0xf8, (byte) 0xff};

        assertThat(new SseEvents(TEXT).of(page(false, Payload.wrap(noText)), "7"))
                .isEqualTo(octets("event: data\ndata:", noText, "\n\n" + CONTROL));
    }

    private static ByteBuffer octets(String before, byte[] between, String after) {
        byte[] head = before.getBytes(StandardCharsets.UTF_8);
        byte[] tail = after.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + between.length + tail.length)
                .put(head)
                .put(between)
                .put(tail)
                .flip();
    }
}
