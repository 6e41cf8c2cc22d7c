package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a tail goes on trying, and how it ends. */
@SuppressWarnings("try") // tailings are held open, not spoken to
class HttpTailEndTest extends HttpTailFixture {

    @Test
    void aTailGivesUpWhenItsPatienceEnds() {
        server.refuse();

        try (HttpDurableStreams streams =
                        client().tailPatience(Duration.ofMillis(100)).build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(StreamsUnavailableException.class);
        }
    }

    @Test
    void aTailGivesUpAtOnceWhenTryingAgainIsOfNoUse() {
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));

        try (HttpDurableStreams streams = client().build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aTailWhoseTokenWasRefusedGoesOnWithARenewedOne() {
        Queue<String> tokens =
                new ConcurrentLinkedQueue<>(List.of("old", "old", "new", "new", "new", "newer", "newer"));
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(page("[2]", "0_2", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(page("[3]", "0_3", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().bearerToken(tokens::remove).build());

        assertThat(messages()).containsExactly("1", "2", "3");
        assertThat(server.transcripts().get(2)).contains("Authorization: Bearer new\r\n");
    }

    @Test
    void aTailWhoseRenewedTokenIsRefusedAsWellSaysSo() {
        AtomicInteger renewed = new AtomicInteger();
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(Fault.answer(401, ""));
        server.next(Fault.answer(401, ""));

        try (HttpDurableStreams streams = client().bearerToken(() -> "token" + renewed.getAndIncrement())
                        .build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aTailThatCannotHaveATokenForNowGoesOnWhenItCan() {
        AtomicInteger asked = new AtomicInteger();
        server.next(page("[1]", "0_1", UP_TO_DATE));
        server.next(page("[2]", "0_2", UP_TO_DATE, "Stream-Closed: true"));

        tail(client().bearerToken(() -> {
                    if (asked.incrementAndGet() == 2) {
                        throw new IllegalStateException("no token for now");
                    }
                    return "token";
                })
                .build());

        assertThat(messages()).containsExactly("1", "2");
    }

    @Test
    void aTailThatCannotHaveATokenAtAllSaysSo() {
        try (HttpDurableStreams streams = client().tailPatience(Duration.ofMillis(100))
                        .bearerToken(() -> {
                            throw new IllegalStateException("no token at all");
                        })
                        .build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).hasRootCauseMessage("no token at all");
        }
    }

    @Test
    void noCallStartsAfterClose() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        server.next(exchange -> {
            arrived.countDown();
            page("[1]", "0_1", UP_TO_DATE).inflict(exchange);
        });
        server.next(Fault.heldRequest(held));
        try (HttpDurableStreams streams = client().build()) {
            Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen);
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

            tailing.close();
            int pages = seen.pages().size();
            held.countDown();
            tailing.close();

            assertThat(seen.pages()).hasSize(pages);
        }
    }

    @Test
    void aListenerMayCloseItsOwnTail() throws InterruptedException {
        AtomicReference<Tailing> tailing = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        server.next(page("[1]", "0_1", UP_TO_DATE));
        TailListener listener = new TailListener() {
            @Override
            public void onPage(StreamPage page) {
                try {
                    assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
                tailing.get().close();
                closed.countDown();
            }

            @Override
            public void onFailure(DurableStreamsException failure) {
                throw new AssertionError(failure);
            }
        };
        try (HttpDurableStreams streams = client().build()) {
            tailing.set(streams.tail(NAME, Offset.BEGINNING, listener));
            ready.countDown();

            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aWholePageThatIsNoJsonEndsATail() {
        server.next(page("[1", "0_1", UP_TO_DATE));

        try (HttpDurableStreams streams = client().build();
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            assertThat(seen.failure()).hasMessageContaining("page is not JSON");
        }
        assertThat(server.requests()).hasSize(1);
    }
}
