package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.AppendResult.Appended;
import dev.anabranch.stream.CreateResult.Created;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the parts of {@link DurableStreamsContract} share. */
abstract class ContractFixture {

    private final String run = UUID.randomUUID().toString();

    /** The streams under test, open. May be shared by all tests: each uses names of its own. */
    protected abstract DurableStreams streams();

    /** Promises that this implementation, or the server behind it, is known not to keep. None by default. */
    protected Set<Lack> lacks() {
        return Set.of();
    }

    /** Lets this much time pass, for streams that expire. Really waits, unless overridden to move a clock. */
    protected void letTimePass(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** A name that no other test uses. */
    protected final StreamName name(String suffix) {
        return new StreamName("contract/" + run + "/" + suffix);
    }

    final boolean lacks(Lack lack) {
        return lacks().contains(lack);
    }

    /** An open, empty JSON stream. */
    final StreamName jsonStream(String suffix) {
        StreamName name = name(suffix);
        assertThat(streams().create(name, CreateRequest.JSON)).isInstanceOf(Created.class);
        return name;
    }

    /** Appends JSON messages as one batch, and returns the tail after it. */
    final Offset append(StreamName name, String... messages) {
        AppendResult result = streams().append(name, AppendRequest.json(List.of(messages)));
        assertThat(result).isInstanceOf(Appended.class);
        return ((Appended) result).tail();
    }

    final Offset tail(StreamName name) {
        return streams().head(name).orElseThrow().tail();
    }

    final List<String> readAll(StreamName name) {
        return readFrom(name, Offset.BEGINNING);
    }

    /** Reads page after page until a page is up to date. */
    final List<String> readFrom(StreamName name, Offset from) {
        List<String> messages = new ArrayList<>();
        Offset position = from;
        for (int pages = 0; pages < 10_000; pages++) {
            StreamPage page = streams().read(name, position);
            assertThat(page.from()).isEqualTo(position);
            page.messages().forEach(message -> messages.add(message.utf8()));
            position = page.next();
            if (page.upToDate()) {
                return messages;
            }
        }
        throw new AssertionError("never up to date");
    }

    final void fork(StreamName fork, ForkRequest request) {
        assertThat(streams().fork(fork, request)).isInstanceOf(Created.class);
    }

    static AppendRequest json(String... messages) {
        return AppendRequest.json(List.of(messages));
    }
}
