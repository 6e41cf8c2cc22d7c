package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.AppendResult.Appended;
import dev.anabranch.stream.AppendResult.Duplicate;
import dev.anabranch.stream.AppendResult.ProducerFenced;
import dev.anabranch.stream.AppendResult.ProducerGap;
import dev.anabranch.stream.AppendResult.SequenceConflict;
import dev.anabranch.stream.AppendResult.StreamClosed;
import dev.anabranch.stream.CreateResult.AlreadyExists;
import dev.anabranch.stream.CreateResult.Conflict;
import dev.anabranch.stream.CreateResult.Created;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every implementation promises of creating, appending, closing and deleting. */
abstract class WritingContract extends ContractFixture {

    private static final ContentType TEXT = new ContentType("text/plain");

    @Test
    void aNewStreamIsOpenAndEmpty() {
        StreamName name = name("new");

        CreateResult result = streams().create(name, CreateRequest.JSON);

        StreamHead head = streams().head(name).orElseThrow();
        assertThat(result).isEqualTo(new Created(head));
        assertThat(head.contentType()).isEqualTo(ContentType.JSON);
        assertThat(head.closed()).isFalse();
        assertThat(head.expiry()).isEqualTo(Expiry.never());
        assertThat(readAll(name)).isEmpty();
    }

    @Test
    void creatingAStreamAgainFindsIt() {
        StreamName name = jsonStream("again");
        append(name, "1");

        CreateResult result = streams().create(name, CreateRequest.JSON);

        assertThat(result).isEqualTo(new AlreadyExists(streams().head(name).orElseThrow()));
        assertThat(readAll(name)).containsExactly("1");
    }

    @Test
    void creatingAStreamOtherwiseConflicts() {
        StreamName name = jsonStream("otherwise");

        assertThat(streams().create(name, CreateRequest.of(TEXT))).isInstanceOf(Conflict.class);
        assertThat(streams().create(name, CreateRequest.JSON.withExpiry(Expiry.ttl(Duration.ofHours(1)))))
                .isInstanceOf(Conflict.class);
        assertThat(streams().create(name, CreateRequest.JSON.withClosed(true))).isInstanceOf(Conflict.class);
        assertThat(streams().head(name).orElseThrow().closed()).isFalse();
    }

    @Test
    void aStreamCanBeCreatedWithContent() {
        StreamName json = name("content");
        StreamName text = name("text");

        streams().create(json, CreateRequest.JSON.withBody(Payload.of("[1,[2]]")));
        streams().create(text, CreateRequest.of(TEXT).withBody(Payload.of("[1,[2]]")));

        assertThat(readAll(json)).containsExactly("1", "[2]");
        assertThat(readAll(text)).containsExactly("[1,[2]]");
    }

    @Test
    void aStreamCreatedWithAnEmptyArrayIsEmpty() {
        StreamName name = name("empty-array");

        assertThat(streams().create(name, CreateRequest.JSON.withBody(Payload.of("[]"))))
                .isInstanceOf(Created.class);

        assertThat(readAll(name)).isEmpty();
    }

    @Test
    void aStreamIsNotCreatedWithBrokenContent() {
        StreamName name = name("broken");

        assertThatThrownBy(() -> streams().create(name, CreateRequest.JSON.withBody(Payload.of("{"))))
                .isInstanceOf(InvalidRequestException.class);

        assertThat(streams().head(name)).isEmpty();
    }

    @Test
    void aStreamCreatedClosedHoldsItsContentForGood() {
        StreamName name = name("closed");

        streams().create(name, CreateRequest.JSON.withClosed(true).withBody(Payload.of("1")));

        assertThat(streams().head(name).orElseThrow().closed()).isTrue();
        assertThat(streams().append(name, json("2"))).isEqualTo(new StreamClosed(tail(name)));
        assertThat(streams().read(name, Offset.BEGINNING).closed()).isTrue();
        assertThat(readAll(name)).containsExactly("1");
    }

    @Test
    void anAppendReturnsTheNewTail() {
        StreamName name = jsonStream("append");
        Offset empty = tail(name);

        Offset first = append(name, "1");
        Offset second = append(name, "2", "3");

        assertThat(first).isGreaterThan(empty);
        assertThat(second).isGreaterThan(first).isEqualTo(tail(name));
    }

    @Test
    void aBatchIsFlattenedByOneLevel() {
        StreamName name = jsonStream("flatten");

        streams()
                .append(
                        name,
                        AppendRequest.of(ContentType.JSON, Payload.of("[[1,2],[[3]],{\"a\":[4]},null,\"five\"]")));
        streams().append(name, AppendRequest.of(ContentType.JSON, Payload.of("{\"six\":6}")));

        assertThat(readAll(name)).containsExactly("[1,2]", "[[3]]", "{\"a\":[4]}", "null", "\"five\"", "{\"six\":6}");
    }

    @Test
    void brokenJsonIsRefusedAndChangesNothing() {
        StreamName name = jsonStream("bad-json");
        Offset tail = append(name, "1");

        for (String bad : new String[] {"{", "[1,]", "nope", "1 2", "{\"a\":1}}", "[]"}) {
            assertThatThrownBy(() -> streams().append(name, AppendRequest.of(ContentType.JSON, Payload.of(bad))))
                    .as(bad)
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThat(tail(name)).isEqualTo(tail);
    }

    @Test
    void anAppendToNoStreamFails() {
        StreamName name = name("nothing");

        assertThatThrownBy(() -> streams().append(name, json("1")))
                .isInstanceOfSatisfying(
                        StreamNotFoundException.class,
                        failure -> assertThat(failure.stream()).isEqualTo(name));
        assertThatThrownBy(() -> streams().closeStream(name)).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void anAppendOfAnotherTypeFailsAndChangesNothing() {
        StreamName name = jsonStream("type");
        Offset tail = append(name, "1");

        assertThatThrownBy(() -> streams().append(name, AppendRequest.of(TEXT, Payload.of("2"))))
                .isInstanceOf(ContentTypeMismatchException.class);

        assertThat(tail(name)).isEqualTo(tail);
    }

    @Test
    void parametersOfATypeDoNotMatter() {
        StreamName name = name("charset");
        streams().create(name, CreateRequest.of(new ContentType("text/plain; charset=utf-8")));

        assertThat(streams().append(name, AppendRequest.of(new ContentType("Text/Plain"), Payload.of("x"))))
                .isInstanceOf(Appended.class);
    }

    @Test
    void aSequenceMustGrowByteByByte() {
        StreamName name = jsonStream("seq");
        streams().append(name, json("1").withSequence("9"));

        Offset tail = tail(name);
        assertThat(streams().append(name, json("2").withSequence("9"))).isEqualTo(new SequenceConflict(tail));
        assertThat(streams().append(name, json("3").withSequence("10"))).isEqualTo(new SequenceConflict(tail));
        assertThat(streams().append(name, json("4").withSequence("A"))).isInstanceOf(Appended.class);
        assertThat(streams().append(name, json("5").withSequence("a"))).isInstanceOf(Appended.class);
        assertThat(streams().append(name, json("6").withSequence("B"))).isEqualTo(new SequenceConflict(tail(name)));
        assertThat(streams().append(name, json("7"))).isInstanceOf(Appended.class);
        assertThat(readAll(name)).containsExactly("1", "4", "5", "7");
    }

    @Test
    void aRepeatedAppendOfAProducerIsWrittenOnce() {
        StreamName name = jsonStream("duplicate");
        AppendRequest zero = json("0").withProducer(new Producer("p", 0, 0));
        AppendRequest one = json("1").withProducer(new Producer("p", 0, 1));

        assertThat(streams().append(name, zero)).isInstanceOf(Appended.class);
        assertThat(streams().append(name, one)).isEqualTo(new Appended(tail(name), false));

        assertThat(streams().append(name, one)).isEqualTo(new Duplicate(tail(name), Optional.of(1L), false));
        assertThat(streams().append(name, zero)).isEqualTo(new Duplicate(tail(name), Optional.of(1L), false));
        assertThat(readAll(name)).containsExactly("0", "1");
    }

    @Test
    void aProducerMustNotLeaveAGap() {
        StreamName name = jsonStream("gap");

        assertThat(streams().append(name, json("9").withProducer(new Producer("p", 0, 1))))
                .isEqualTo(new ProducerGap(0, 1));
        streams().append(name, json("0").withProducer(new Producer("p", 0, 0)));
        assertThat(streams().append(name, json("9").withProducer(new Producer("p", 0, 3))))
                .isEqualTo(new ProducerGap(1, 3));
        assertThat(streams().append(name, json("1").withProducer(new Producer("p", 0, 1))))
                .isInstanceOf(Appended.class);
        assertThat(readAll(name)).containsExactly("0", "1");
    }

    @Test
    void aNewerEpochFencesTheOlder() {
        StreamName name = jsonStream("epoch");
        streams().append(name, json("0").withProducer(new Producer("p", 0, 0)));

        assertThatThrownBy(() -> streams().append(name, json("9").withProducer(new Producer("p", 2, 1))))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(streams().append(name, json("2").withProducer(new Producer("p", 2, 0))))
                .isInstanceOf(Appended.class);
        assertThat(streams().append(name, json("9").withProducer(new Producer("p", 1, 0))))
                .isEqualTo(new ProducerFenced(2));
        assertThat(streams().append(name, json("3").withProducer(new Producer("q", 0, 0))))
                .isInstanceOf(Appended.class);
        assertThat(readAll(name)).containsExactly("0", "2", "3");
    }

    @Test
    void aDuplicateIsKnownBeforeItsSequenceIsLookedAt() {
        StreamName name = jsonStream("both");
        AppendRequest request = json("0").withProducer(new Producer("p", 0, 0)).withSequence("a");
        streams().append(name, request);

        assertThat(streams().append(name, request)).isInstanceOf(Duplicate.class);
    }

    @Test
    void aSequenceConflictUsesUpNoSequenceOfTheProducer() {
        StreamName name = jsonStream("unused");
        streams().append(name, json("0").withSequence("b"));

        AppendRequest refused = json("9").withProducer(new Producer("p", 0, 0)).withSequence("a");
        assertThat(streams().append(name, refused)).isInstanceOf(SequenceConflict.class);

        AppendRequest again = json("1").withProducer(new Producer("p", 0, 0)).withSequence("c");
        assertThat(streams().append(name, again)).isInstanceOf(Appended.class);
        assertThat(readAll(name)).containsExactly("0", "1");
    }

    @Test
    void aClosedStreamTakesNoMore() {
        StreamName name = jsonStream("close");
        Offset tail = append(name, "1");

        assertThat(streams().closeStream(name)).isEqualTo(tail);

        assertThat(streams().head(name).orElseThrow().closed()).isTrue();
        assertThat(streams().append(name, json("2"))).isEqualTo(new StreamClosed(tail));
        assertThat(streams().append(name, AppendRequest.of(TEXT, Payload.of("x"))))
                .isEqualTo(new StreamClosed(tail));
        assertThat(streams().closeStream(name)).isEqualTo(tail);
        assertThat(streams().read(name, tail).closed()).isTrue();
        assertThat(readAll(name)).containsExactly("1");
    }

    @Test
    void anAppendCanClose() {
        StreamName name = jsonStream("last");

        AppendResult result = streams().append(name, json("1").withClose());

        assertThat(result).isEqualTo(new Appended(tail(name), true));
        assertThat(streams().append(name, json("1").withClose())).isEqualTo(new StreamClosed(tail(name)));
        assertThat(readAll(name)).containsExactly("1");
    }

    @Test
    void aRepeatedClosingAppendOfAProducerIsADuplicate() {
        StreamName name = jsonStream("closing");
        AppendRequest closing = json("0").withProducer(new Producer("p", 0, 0)).withClose();
        streams().append(name, closing);

        assertThat(streams().append(name, closing)).isEqualTo(new Duplicate(tail(name), Optional.of(0L), true));
        assertThat(streams().append(name, json("1").withProducer(new Producer("p", 0, 1))))
                .isEqualTo(new StreamClosed(tail(name)));
        assertThat(streams().append(name, json("1").withProducer(new Producer("q", 0, 0))))
                .isEqualTo(new StreamClosed(tail(name)));
    }

    @Test
    void aDeletedStreamIsGoneAndItsNameIsFree() {
        StreamName name = jsonStream("delete");
        append(name, "1");

        assertThat(streams().delete(name)).isTrue();

        assertThat(streams().head(name)).isEmpty();
        assertThat(streams().delete(name)).isFalse();
        assertThatThrownBy(() -> streams().read(name, Offset.BEGINNING)).isInstanceOf(StreamNotFoundException.class);
        assertThat(streams().create(name, CreateRequest.of(TEXT))).isInstanceOf(Created.class);
        assertThat(readAll(name)).isEmpty();
    }

    @Test
    void aStreamExpiresWhenItHasBeenIdleForItsTtl() {
        StreamName name = name("ttl");
        streams().create(name, CreateRequest.JSON.withExpiry(Expiry.ttl(Duration.ofSeconds(2))));
        assertThat(streams().head(name).orElseThrow().expiry()).isEqualTo(Expiry.ttl(Duration.ofSeconds(2)));

        letTimePass(Duration.ofMillis(1200));
        streams().read(name, Offset.BEGINNING);
        letTimePass(Duration.ofMillis(1200));
        assertThat(streams().head(name)).as("kept by a read").isPresent();
        letTimePass(Duration.ofMillis(1200));

        assertThat(streams().head(name)).as("not kept by a look").isEmpty();
        assertThatThrownBy(() -> streams().append(name, json("1"))).isInstanceOf(StreamNotFoundException.class);
    }
}
