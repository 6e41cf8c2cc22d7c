package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.AppendResult.Appended;
import dev.anabranch.stream.AppendResult.ProducerGap;
import dev.anabranch.stream.CreateResult.AlreadyExists;
import dev.anabranch.stream.CreateResult.Conflict;
import dev.anabranch.stream.CreateResult.Created;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every implementation promises of forks. */
abstract class ForkingContract extends ReadingContract {

    @Test
    void aForkAtTheTailSharesEverythingAndThenGoesItsOwnWay() {
        StreamName source = jsonStream("source");
        StreamName fork = name("fork");
        Offset first = append(source, "1");
        Offset tail = append(source, "2");

        CreateResult result = streams().fork(fork, ForkRequest.atTail(source));

        assertThat(result).isEqualTo(new Created(new StreamHead(fork, ContentType.JSON, tail, false, Expiry.never())));
        append(source, "\"source\"");
        Offset own = append(fork, "\"fork\"");
        assertThat(own).isGreaterThan(tail);
        assertThat(readAll(fork)).containsExactly("1", "2", "\"fork\"");
        assertThat(readFrom(fork, first)).containsExactly("2", "\"fork\"");
        assertThat(readFrom(fork, tail)).containsExactly("\"fork\"");
        assertThat(readAll(source)).containsExactly("1", "2", "\"source\"");
    }

    @Test
    void aForkSharesWhatLiesBeforeItsOffset() {
        StreamName source = jsonStream("source");
        Offset empty = tail(source);
        Offset first = append(source, "1");
        append(source, "2");

        fork(name("none"), ForkRequest.at(source, empty));
        fork(name("one"), ForkRequest.at(source, first));

        assertThat(readAll(name("none"))).isEmpty();
        assertThat(readAll(name("one"))).containsExactly("1");
    }

    @Test
    void aSubOffsetReachesIntoTheAppendThatFollows() {
        StreamName source = jsonStream("source");
        Offset first = append(source, "1");
        append(source, "2", "3", "4");
        append(source, "5");

        fork(name("in"), ForkRequest.at(source, first).withSubOffset(2));
        fork(name("all"), ForkRequest.at(source, first).withSubOffset(3));
        append(name("in"), "6");

        assertThat(readAll(name("in"))).containsExactly("1", "2", "3", "6");
        assertThat(readAll(name("all"))).containsExactly("1", "2", "3", "4");
        assertThatThrownBy(() -> streams()
                        .fork(name("past"), ForkRequest.at(source, first).withSubOffset(4)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() ->
                        streams().fork(name("tail"), ForkRequest.atTail(source).withSubOffset(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(streams().head(name("past"))).isEmpty();
    }

    @Test
    void aSubOffsetCountsBytesInAByteStream() {
        StreamName source = name("bytes");
        streams().create(source, CreateRequest.of(ContentType.OCTET_STREAM));
        Offset empty = tail(source);
        streams().append(source, AppendRequest.of(ContentType.OCTET_STREAM, Payload.of("abcdef")));

        fork(name("cut"), ForkRequest.at(source, empty).withSubOffset(4));

        assertThat(readAll(name("cut"))).containsExactly("abcd");
    }

    @Test
    void aRepeatedForkFindsItself() {
        StreamName source = jsonStream("source");
        StreamName fork = name("fork");
        Offset at = append(source, "1");
        ForkRequest request = ForkRequest.at(source, at);
        fork(fork, request);
        append(source, "2");

        assertThat(streams().fork(fork, request))
                .isEqualTo(new AlreadyExists(streams().head(fork).orElseThrow()));
        assertThat(readAll(fork)).containsExactly("1");
    }

    @Test
    void aForkOfAnotherPlaceOrSourceConflicts() {
        StreamName source = jsonStream("source");
        StreamName other = jsonStream("other");
        Offset empty = tail(source);
        Offset at = append(source, "1");
        StreamName fork = name("fork");
        fork(fork, ForkRequest.at(source, at));

        assertThat(streams().fork(fork, ForkRequest.at(source, empty))).isInstanceOf(Conflict.class);
        assertThat(streams().fork(fork, ForkRequest.at(source, empty).withSubOffset(1)))
                .isInstanceOf(Conflict.class);
        assertThat(streams().fork(fork, ForkRequest.atTail(other))).isInstanceOf(Conflict.class);
        assertThat(streams().fork(source, ForkRequest.atTail(other))).isInstanceOf(Conflict.class);
    }

    @Test
    void aForkOfNothingFails() {
        assertThatThrownBy(() -> streams().fork(name("fork"), ForkRequest.atTail(name("nothing"))))
                .isInstanceOfSatisfying(
                        StreamNotFoundException.class,
                        failure -> assertThat(failure.stream()).isEqualTo(name("nothing")));
        assertThat(streams().head(name("fork"))).isEmpty();
    }

    @Test
    void aForkFromNoPlaceOfTheSourceIsRefused() {
        StreamName source = jsonStream("short");
        StreamName longer = jsonStream("long");
        append(source, "1");
        Offset beyond = append(longer, "1", "2", "3", "4");

        for (Offset bad : List.of(beyond, Offset.BEGINNING, Offset.NOW, new Offset("no-such-place"))) {
            assertThatThrownBy(() -> streams().fork(name("fork"), ForkRequest.at(source, bad)))
                    .as(bad.token())
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThat(streams().delete(source)).isTrue();
        assertThat(streams().head(source)).as("no reference left behind").isEmpty();
    }

    @Test
    void aForkOfAnotherTypeConflicts() {
        StreamName source = jsonStream("source");
        ForkRequest request = new ForkRequest(
                source,
                Optional.empty(),
                0,
                Optional.of(new ContentType("text/plain")),
                Optional.empty(),
                false,
                Payload.EMPTY);

        assertThat(streams().fork(name("fork"), request)).isInstanceOf(Conflict.class);
        assertThat(streams().delete(source)).isTrue();
        assertThat(streams().head(source)).as("no reference left behind").isEmpty();
    }

    @Test
    void forksOfForksReadThroughAllOfThem() {
        StreamName last = jsonStream("0");
        List<String> expected = new ArrayList<>();
        for (int depth = 1; depth <= 8; depth++) {
            append(last, Integer.toString(depth));
            expected.add(Integer.toString(depth));
            StreamName fork = name(Integer.toString(depth));
            fork(fork, ForkRequest.atTail(last));
            append(last, "\"never\"");
            last = fork;
        }

        assertThat(readAll(last)).isEqualTo(expected);
        append(last, "9");
        expected.add("9");
        assertThat(readAll(last)).isEqualTo(expected);
    }

    @Test
    void aForkOutlivesItsSource() {
        StreamName source = jsonStream("source");
        StreamName fork = name("fork");
        append(source, "1");
        fork(fork, ForkRequest.atTail(source));

        assertThat(streams().delete(source)).isTrue();

        assertThat(readAll(fork)).containsExactly("1");
        assertThatThrownBy(() -> streams().head(source)).isInstanceOf(StreamGoneException.class);
        assertThatThrownBy(() -> streams().read(source, Offset.BEGINNING)).isInstanceOf(StreamGoneException.class);
        assertThatThrownBy(() -> streams().append(source, json("2"))).isInstanceOf(StreamGoneException.class);
        assertThatThrownBy(() -> streams().closeStream(source)).isInstanceOf(StreamGoneException.class);
        assertThatThrownBy(() -> streams().delete(source)).isInstanceOf(StreamGoneException.class);
        assertThat(streams().create(source, CreateRequest.JSON)).isInstanceOf(Conflict.class);
        assertThat(streams().fork(name("late"), ForkRequest.atTail(source))).isInstanceOf(Conflict.class);
    }

    @Test
    void theNameOfADeletedSourceIsFreeAfterItsLastFork() {
        StreamName source = jsonStream("source");
        StreamName middle = name("middle");
        StreamName fork = name("fork");
        append(source, "1");
        fork(middle, ForkRequest.atTail(source));
        fork(fork, ForkRequest.atTail(middle));
        streams().delete(source);
        streams().delete(middle);
        assertThat(readAll(fork)).containsExactly("1");

        streams().delete(fork);

        awaitFree(source);
        awaitFree(middle);
        assertThat(streams().create(source, CreateRequest.JSON)).isInstanceOf(Created.class);
        assertThat(readAll(source)).isEmpty();
    }

    private void awaitFree(StreamName name) {
        for (int tries = 0; tries < 500; tries++) {
            try {
                assertThat(streams().head(name)).isEmpty();
                return;
            } catch (StreamGoneException notYetCollected) {
                letTimePass(Duration.ofMillis(10));
            }
        }
        throw new AssertionError(name + " was never collected");
    }

    @Test
    void aForkOfAClosedStreamIsOpen() {
        StreamName source = jsonStream("source");
        append(source, "1");
        streams().closeStream(source);

        fork(name("fork"), ForkRequest.atTail(source));
        append(name("fork"), "2");

        assertThat(readAll(name("fork"))).containsExactly("1", "2");
    }

    @Test
    void aForkInheritsNoWriters() {
        StreamName source = jsonStream("source");
        streams().append(source, json("1").withProducer(new Producer("p", 3, 0)).withSequence("z"));
        fork(name("fork"), ForkRequest.atTail(source));

        assertThat(streams().append(name("fork"), json("9").withProducer(new Producer("p", 3, 1))))
                .isEqualTo(new ProducerGap(0, 1));
        assertThat(streams()
                        .append(
                                name("fork"),
                                json("2").withProducer(new Producer("p", 0, 0)).withSequence("a")))
                .isInstanceOf(Appended.class);
    }

    @Test
    void aForkCanBeMadeWithContent() {
        StreamName source = jsonStream("source");
        append(source, "1");

        fork(name("fork"), ForkRequest.atTail(source).withBody(Payload.of("[2,3]")));

        assertThat(readAll(name("fork"))).containsExactly("1", "2", "3");
        assertThat(readAll(source)).containsExactly("1");
    }

    @Test
    void aForkInheritsItsSourcesExpiryUnlessItHasItsOwn() {
        StreamName source = name("source");
        Expiry hour = Expiry.ttl(Duration.ofHours(1));
        Expiry day = Expiry.ttl(Duration.ofDays(1));
        streams().create(source, CreateRequest.JSON.withExpiry(hour));

        fork(name("inherits"), ForkRequest.atTail(source));
        fork(name("own"), ForkRequest.atTail(source).withExpiry(day));

        assertThat(streams().head(name("inherits")).orElseThrow().expiry()).isEqualTo(hour);
        assertThat(streams().head(name("own")).orElseThrow().expiry()).isEqualTo(day);
    }
}
