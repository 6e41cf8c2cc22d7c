package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What every {@link DurableStreams} promises. Extend it once per implementation, in a package of your own, and give it
 * the streams under test.
 *
 * <p>The streams may be shared by all tests. A server behind them should end its long-polls after a few seconds at
 * most.
 */
@SuppressWarnings("try") // tailings are held open, not spoken to
public abstract class DurableStreamsContract extends ForkingContract {

    @Test
    void aTailBringsWhatIsThereAndThenWhatComes() {
        StreamName name = jsonStream("tail");
        append(name, "1");
        append(name, "2");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            assertThat(seen.messages(2)).extracting(Payload::utf8).containsExactly("1", "2");
            append(name, "3");
            seen.messages(3);
            append(name, "4", "5");

            assertThat(seen.messages(5)).extracting(Payload::utf8).containsExactly("1", "2", "3", "4", "5");
        }
        assertThatPagesJoin(seen.pages());
        assertThat(seen.pages().get(0).from()).isEqualTo(Offset.BEGINNING);
    }

    @Test
    void aTailFromAPlaceBringsWhatFollowsIt() {
        StreamName name = jsonStream("tail");
        Offset first = append(name, "1");
        append(name, "2");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, first, seen)) {
            assertThat(seen.messages(1)).extracting(Payload::utf8).containsExactly("2");
        }
    }

    @Test
    void aTailSaysOnceThatItHasCaughtUp() {
        StreamName name = jsonStream("tail");
        TailRecorder empty = new TailRecorder();
        TailRecorder full = new TailRecorder();

        try (Tailing one = streams().tail(name, Offset.BEGINNING, empty)) {
            assertThat(empty.caughtUp()).isEqualTo(tail(name));
            assertThat(empty.pages()).isEmpty();
            Offset first = append(name, "1");
            empty.messages(1);
            try (Tailing other = streams().tail(name, Offset.BEGINNING, full)) {
                assertThat(full.caughtUp()).isEqualTo(first);
                assertThat(full.pages()).hasSize(1);
                append(name, "2");
                empty.messages(2);
                full.messages(2);
            }
        }
        assertThat(empty.timesCaughtUp()).hasSize(1);
        assertThat(full.timesCaughtUp()).hasSize(1);
    }

    @Test
    void aTailFromNowSaysWhereItBegan() {
        StreamName name = jsonStream("tail");
        Offset tail = append(name, "1");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.NOW, seen)) {
            assertThat(seen.caughtUp()).isEqualTo(tail);
            append(name, "2");

            assertThat(seen.messages(1)).extracting(Payload::utf8).containsExactly("2");
        }
        assertThat(seen.pages().get(0).from()).isEqualTo(tail);
    }

    @Test
    void aReadThatWaitsBringsWhatIsThereOrWhatComes() {
        StreamName name = jsonStream("wait");
        Duration patience = Duration.ofSeconds(30);
        Offset first = append(name, "1");

        assertThat(streams().read(name, Offset.BEGINNING, patience))
                .isEqualTo(streams().read(name, Offset.BEGINNING));
        assertThat(streams().read(name, Offset.NOW, Duration.ofMillis(1)))
                .isEqualTo(new StreamPage(Offset.NOW, List.of(), first, true, false));
        CompletableFuture<StreamPage> waiting =
                CompletableFuture.supplyAsync(() -> streams().read(name, first, patience));
        Offset second = append(name, "2");

        assertThat(waiting.join()).isEqualTo(new StreamPage(first, List.of(Payload.of("2")), second, true, false));
        streams().closeStream(name);
        assertThat(streams().read(name, second, patience))
                .isEqualTo(new StreamPage(second, List.of(), second, true, true));
    }

    @Test
    void aReadThatWaitsFailsLikeAnyOther() {
        StreamName name = jsonStream("wait");
        CompletableFuture<StreamPage> waiting =
                CompletableFuture.supplyAsync(() -> streams().read(name, Offset.BEGINNING, Duration.ofSeconds(30)));

        streams().delete(name);

        assertThatThrownBy(waiting::join)
                .cause()
                .isInstanceOfAny(StreamNotFoundException.class, StreamGoneException.class);
    }

    @Test
    void aTailEndsWithTheStream() {
        StreamName name = jsonStream("tail");
        append(name, "1");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            seen.messages(1);
            streams().append(name, json("2").withClose());

            StreamPage end = seen.end();
            assertThat(end.next()).isEqualTo(tail(name));
            assertThat(seen.messages(2)).extracting(Payload::utf8).containsExactly("1", "2");
        }
        assertThatPagesJoin(seen.pages());
    }

    @Test
    void aTailOfAClosedStreamEndsAtOnce() {
        StreamName name = jsonStream("tail");
        Offset tail = append(name, "1");
        streams().closeStream(name);
        TailRecorder all = new TailRecorder();
        TailRecorder none = new TailRecorder();

        try (Tailing one = streams().tail(name, Offset.BEGINNING, all);
                Tailing other = streams().tail(name, tail, none)) {
            assertThat(all.end().next()).isEqualTo(tail);
            assertThat(none.end()).isEqualTo(new StreamPage(tail, List.of(), tail, true, true));
        }
        assertThat(all.messages(1)).extracting(Payload::utf8).containsExactly("1");
    }

    @Test
    void closingAnIdleStreamEndsItsTails() {
        StreamName name = jsonStream("tail");
        append(name, "1");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            seen.messages(1);
            streams().closeStream(name);

            assertThat(seen.end().closed()).isTrue();
        }
    }

    @Test
    void aTailOfAForkBringsWhatItSharesAndWhatItGetsAndNothingElse() {
        StreamName source = jsonStream("source");
        StreamName fork = name("fork");
        append(source, "1");
        fork(fork, ForkRequest.atTail(source));
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(fork, Offset.BEGINNING, seen)) {
            seen.messages(1);
            append(source, "\"never\"");
            append(fork, "2");

            assertThat(seen.messages(2)).extracting(Payload::utf8).containsExactly("1", "2");
        }
    }

    @Test
    void aTailOfATextStreamBringsItsText() {
        StreamName name = name("text");
        ContentType text = new ContentType("text/plain");
        streams().create(name, CreateRequest.of(text).withBody(Payload.of("one\n two\n")));
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            assertThat(seen.text(9)).isEqualTo("one\n two\n");
            streams().append(name, AppendRequest.of(text, Payload.of("\u00e9\uD83D\uDE00")));

            assertThat(seen.text(15)).isEqualTo("one\n two\n\u00e9\uD83D\uDE00");
        }
    }

    @Test
    void aTailOfAByteStreamBringsItsBytes() {
        StreamName name = name("bytes");
        byte[] bytes = {0, 1, (byte) 0xff, '\r', '\n', '\r', (byte) 0x80};
        streams().create(name, CreateRequest.of(ContentType.OCTET_STREAM).withBody(Payload.copyOf(bytes)));
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            seen.text(7);
        }

        assertThat(seen.pages().get(0).messages()).containsExactly(Payload.copyOf(bytes));
    }

    @Test
    void aTailOfNothingFails() {
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name("nothing"), Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(StreamNotFoundException.class);
        }
    }

    @Test
    void aTailFailsWhenItsStreamIsDeleted() {
        StreamName name = jsonStream("tail");
        append(name, "1");
        TailRecorder seen = new TailRecorder();

        try (Tailing tailing = streams().tail(name, Offset.BEGINNING, seen)) {
            seen.messages(1);
            streams().delete(name);

            assertThat(seen.failure()).isInstanceOfAny(StreamNotFoundException.class, StreamGoneException.class);
        }
    }

    private static void assertThatPagesJoin(List<StreamPage> pages) {
        for (int i = 1; i < pages.size(); i++) {
            assertThat(pages.get(i).from()).isEqualTo(pages.get(i - 1).next());
        }
    }
}
