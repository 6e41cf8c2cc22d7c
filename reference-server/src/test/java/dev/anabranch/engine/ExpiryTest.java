package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.storage.FaultyStore;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final StreamName NAME = new StreamName("s");
    private static final CreateRequest TEN_SECONDS = CreateRequest.JSON.withExpiry(Expiry.ttl(Duration.ofSeconds(10)));

    private final FaultyStore disk = new FaultyStore();
    private final TestMachine machine = new TestMachine();
    private StorageEngine engine = open();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aStreamExpiresOnceItWasNotUsedForItsTtl() {
        engine.create(NAME, TEN_SECONDS).join();
        machine.pass(Duration.ofMillis(9_999));
        assertThat(engine.status(NAME)).isPresent();

        machine.pass(Duration.ofMillis(1));
        assertThat(engine.status(NAME)).isEmpty();
        assertThatThrownBy(() -> engine.read(NAME, Offset.BEGINNING, 1)).isInstanceOf(StreamNotFoundException.class);
        assertThat(engine.delete(NAME).join()).isFalse();
        assertThat(engine.create(NAME, CreateRequest.JSON).join()).isInstanceOf(CreateResult.Created.class);
    }

    @Test
    void readsAndAppendsSlideTheTtlAndStatusDoesNot() {
        engine.create(NAME, TEN_SECONDS).join();
        machine.pass(Duration.ofSeconds(9));
        engine.read(NAME, Offset.NOW, 1);
        machine.pass(Duration.ofSeconds(9));
        engine.append(NAME, AppendRequest.json(List.of("1"))).join();
        machine.pass(Duration.ofSeconds(9));
        engine.append(NAME, AppendRequest.closing()).join();
        machine.pass(Duration.ofSeconds(9));
        assertThat(engine.status(NAME)).isPresent();

        machine.pass(Duration.ofSeconds(1));
        assertThat(engine.status(NAME)).isEmpty();
    }

    @Test
    void aCalendarThatJumpsDoesNotTouchATtl() {
        engine.create(NAME, TEN_SECONDS).join();
        machine.setCalendar(Instant.parse("2036-01-01T00:00:00Z"));
        assertThat(engine.status(NAME)).isPresent();
        engine.sweep();
        assertThat(engine.status(NAME)).isPresent();

        engine.close();
        engine = open();
        machine.setCalendar(Instant.parse("2016-01-01T00:00:00Z"));
        engine.sweep();
        assertThat(engine.status(NAME)).isPresent();
    }

    @Test
    void aReadJustBeforeARestartCounts() {
        engine.create(NAME, TEN_SECONDS).join();
        machine.pass(Duration.ofSeconds(9));
        engine.read(NAME, Offset.BEGINNING, 1);
        engine.close();
        machine.pass(Duration.ofSeconds(9));
        engine = open();

        engine.sweep();
        assertThat(engine.status(NAME)).isPresent();
        machine.pass(Duration.ofSeconds(1));
        assertThat(engine.status(NAME)).isEmpty();
    }

    @Test
    void timeGoesOnWhileTheEngineIsDown() {
        engine.create(NAME, TEN_SECONDS).join();
        engine.close();
        machine.pass(Duration.ofSeconds(10));
        engine = open();

        assertThat(engine.status(NAME)).isEmpty();
    }

    @Test
    void aMachineThatWasOffLetsNothingExpireEarly() {
        engine.create(NAME, TEN_SECONDS).join();
        engine.close();
        machine.pass(Duration.ofSeconds(100));
        machine.reboot();
        machine.setCalendar(Instant.parse("2099-01-01T00:00:00Z"));
        engine = open();

        assertThat(engine.status(NAME)).isPresent();
        machine.pass(Duration.ofSeconds(10));
        assertThat(engine.status(NAME)).isEmpty();
    }

    @Test
    void anAccessThatACrashMayHaveLostIsReckonedWith() {
        engine.create(NAME, TEN_SECONDS).join();
        engine.sweep(); // notes the time; the engine is then left without being closed
        machine.pass(Duration.ofSeconds(10));
        StorageEngine after = open();

        assertThat(after.status(NAME)).isPresent();
        machine.pass(EngineClock.ACCESS_LOST_IN_CRASH);
        assertThat(after.status(NAME)).isEmpty();
    }

    @Test
    void anAbsoluteExpiryFollowsTheCalendarAndDoesNotSlide() {
        Instant end = Instant.parse("2026-01-01T00:01:00.5Z");
        engine.create(NAME, CreateRequest.JSON.withExpiry(Expiry.at(end))).join();
        machine.setCalendar(end.minusMillis(1));
        engine.read(NAME, Offset.BEGINNING, 1);
        engine.sweep();
        assertThat(engine.status(NAME)).isPresent();

        machine.setCalendar(end);
        assertThat(engine.status(NAME)).isEmpty();
        engine.sweep();
        assertThat(disk.entries()).isZero();
    }

    @Test
    void anExpiredStreamGivesItsSpaceBackUntouched() {
        engine.create(NAME, TEN_SECONDS).join();
        engine.append(NAME, AppendRequest.json(List.of("1", "2"))).join();
        engine.close();
        engine = open();
        machine.pass(Duration.ofSeconds(9));
        engine.sweep();
        engine.read(NAME, Offset.BEGINNING, 1);
        machine.pass(Duration.ofSeconds(9));
        engine.sweep();
        assertThat(disk.entries()).isPositive();

        machine.pass(Duration.ofSeconds(1));
        engine.sweep();
        assertThat(disk.entries()).isZero();
        assertThat(engine.stats().expired()).isEqualTo(1);
    }

    @Test
    void anExpiredStreamWithForksIsGoneAndItsForksReadOn() {
        StreamName fork = new StreamName("fork");
        engine.create(NAME, TEN_SECONDS).join();
        engine.append(NAME, AppendRequest.json(List.of("1"))).join();
        engine.fork(fork, ForkRequest.atTail(NAME).withExpiry(Expiry.ttl(Duration.ofDays(1))))
                .join();
        machine.pass(Duration.ofSeconds(10));

        assertThatThrownBy(() -> engine.status(NAME)).isInstanceOf(StreamGoneException.class);
        engine.sweep();
        assertThatThrownBy(() -> engine.status(NAME)).isInstanceOf(StreamGoneException.class);
        assertThat(engine.create(NAME, CreateRequest.JSON).join()).isInstanceOf(CreateResult.Conflict.class);
        assertThat(engine.read(fork, Offset.BEGINNING, 1).page().messages()).hasSize(1);
        assertThat(engine.delete(fork).join()).isTrue();
        assertThat(disk.entries()).isZero();
    }

    @Test
    void aStreamOfNoTimeAtAllIsGoneAtOnce() {
        engine.create(NAME, CreateRequest.JSON.withExpiry(Expiry.ttl(Duration.ZERO)))
                .join();

        assertThat(engine.status(NAME)).isEmpty();
    }

    @Test
    void aWaitingReaderIsWokenWhenTheStreamExpires() {
        engine.create(NAME, TEN_SECONDS).join();
        List<String> woken = new ArrayList<>();
        engine.await(NAME, engine.status(NAME).orElseThrow(), () -> woken.add("woken"));
        machine.pass(Duration.ofSeconds(10));
        engine.sweep();

        assertThat(woken).containsExactly("woken");
    }

    private StorageEngine open() {
        return StorageEngine.startQuiet(disk.open(), EngineOptions.DEFAULTS, machine);
    }
}
