package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedactionTest {

    private static final StreamName LOG = new StreamName("log");
    private static final StreamName FORK = new StreamName("fork");
    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final StreamEngine engine = streams.engine();

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void messagesAreReplacedWhereTheyStandAndOffsetsStay() {
        streams.create(LOG, CreateRequest.JSON);
        streams.append(LOG, AppendRequest.json(List.of("{\"n\":1}", "{\"secret\":2}", "{\"n\":3}")));
        streams.append(LOG, AppendRequest.json(List.of("{\"secret\":4}")));
        StreamPage before = streams.read(LOG, Offset.BEGINNING);

        assertThat(engine.redact(LOG, RedactionTest::blankSecrets).join()).isEqualTo(2);

        StreamPage after = streams.read(LOG, Offset.BEGINNING);
        assertThat(texts(after)).containsExactly("{\"n\":1}", "{\"blank\":true}", "{\"n\":3}", "{\"blank\":true}");
        assertThat(after.next()).isEqualTo(before.next());
        assertThat(engine.redact(LOG, RedactionTest::blankSecrets).join()).isZero();
        streams.append(LOG, AppendRequest.json(List.of("{\"n\":5}")));
        assertThat(texts(streams.read(LOG, before.next()))).containsExactly("{\"n\":5}");
    }

    @Test
    void whatAForkSharesIsReplacedInItsSourceOnly() {
        streams.create(LOG, CreateRequest.JSON);
        streams.append(LOG, AppendRequest.json(List.of("{\"secret\":1}")));
        streams.fork(FORK, ForkRequest.atTail(LOG));
        streams.append(FORK, AppendRequest.json(List.of("{\"secret\":2}")));

        assertThat(engine.redact(FORK, RedactionTest::blankSecrets).join()).isEqualTo(1);
        assertThat(texts(streams.read(FORK, Offset.BEGINNING))).containsExactly("{\"secret\":1}", "{\"blank\":true}");

        assertThat(engine.redact(LOG, RedactionTest::blankSecrets).join()).isEqualTo(1);
        assertThat(texts(streams.read(FORK, Offset.BEGINNING))).containsExactly("{\"blank\":true}", "{\"blank\":true}");
    }

    @Test
    void onlyMessagesCanBeReplacedAndOnlyByOneEach() {
        streams.create(LOG, CreateRequest.of(new ContentType("text/plain")).withBody(Payload.of("secret")));
        assertThatThrownBy(() -> engine.redact(LOG, RedactionTest::blankSecrets).join())
                .hasCauseInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(
                        () -> engine.redact(FORK, RedactionTest::blankSecrets).join())
                .hasCauseInstanceOf(StreamNotFoundException.class);

        StreamName json = new StreamName("json");
        streams.create(json, CreateRequest.JSON);
        streams.append(json, AppendRequest.json(List.of("1")));
        for (String bad : List.of("[1,2]", "", "{")) {
            assertThatThrownBy(() ->
                            engine.redact(json, message -> Payload.of(bad)).join())
                    .as(bad)
                    .hasCauseInstanceOf(InvalidRequestException.class);
        }
        assertThat(texts(streams.read(json, Offset.BEGINNING))).containsExactly("1");
    }

    @Test
    void aFamilyIsAllThatStemsFromOneStreamEachBeforeItsSource() {
        StreamName forkOfFork = new StreamName("a fork of the fork");
        streams.create(LOG, CreateRequest.JSON);
        streams.create(new StreamName("stranger"), CreateRequest.JSON);
        streams.fork(FORK, ForkRequest.atTail(LOG));
        streams.fork(forkOfFork, ForkRequest.atTail(FORK));

        for (StreamName member : List.of(LOG, FORK, forkOfFork)) {
            assertThat(engine.family(member)).containsExactly(forkOfFork, FORK, LOG);
        }

        streams.delete(FORK);
        assertThat(engine.family(LOG)).containsExactly(forkOfFork, LOG);
        assertThat(engine.family(new StreamName("nothing"))).isEmpty();
    }

    private static Payload blankSecrets(Payload message) {
        return message.utf8().contains("secret") ? Payload.of("{\"blank\":true}") : message;
    }

    private static List<String> texts(StreamPage page) {
        return page.messages().stream().map(Payload::utf8).toList();
    }
}
