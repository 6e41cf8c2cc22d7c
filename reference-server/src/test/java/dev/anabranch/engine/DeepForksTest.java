package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.storage.FaultyStore;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeepForksTest {

    private static final int DEPTH = 1_000;

    private final FaultyStore disk = new FaultyStore();
    private StorageEngine engine = open();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aDeepChainReadsAsOneStreamFromAnyPlace() {
        for (int i = 0; i <= DEPTH; i++) {
            grow(i, i);
        }
        engine.close();
        engine = open();

        List<String> all = read(chain(DEPTH), 0);
        assertThat(all).hasSize(DEPTH + 1).startsWith("0", "1", "2").endsWith(String.valueOf(DEPTH));
        for (int from = 0; from <= DEPTH; from += 37) {
            assertThat(read(chain(DEPTH), from)).isEqualTo(all.subList(from, DEPTH + 1));
        }
    }

    @Test
    void aChainThatLeavesItsSourcesAtRandomPlacesReadsAsItsCopiesWould() {
        long seed = 4;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> copy = new ArrayList<>(List.of("0"));
        grow(0, 0);
        for (int i = 1; i <= DEPTH; i++) {
            int leaving = Math.max(0, copy.size() - random.nextInt(4));
            copy = new ArrayList<>(copy.subList(0, leaving));
            copy.add(String.valueOf(i));
            grow(i, leaving);
            int from = random.nextInt(copy.size());
            assertThat(read(chain(i), from)).as("seed %s, fork %s", seed, i).isEqualTo(copy.subList(from, copy.size()));
        }
    }

    @Test
    void aDeepChainIsCollectedWithItsLastFork() {
        for (int i = 0; i <= DEPTH; i++) {
            grow(i, i);
        }
        for (int i = 0; i < DEPTH; i++) {
            assertThat(engine.delete(chain(i)).join()).isTrue();
        }
        assertThat(read(chain(DEPTH), 0)).hasSize(DEPTH + 1);

        engine.delete(chain(DEPTH)).join();
        engine.close();
        engine = open();
        // What one removal leaves over is removed piece by piece; each sweep waits for one at least.
        for (int sweeps = 0; sweeps < DEPTH && disk.entries() > 0; sweeps++) {
            engine.sweep();
        }
        assertThat(disk.entries()).isZero();
    }

    @Test
    void manyForksOfOneStreamKeepItUntilTheLastIsGone() {
        grow(0, 0);
        for (int i = 0; i < DEPTH; i++) {
            engine.fork(new StreamName("fork/" + i), ForkRequest.atTail(chain(0)))
                    .join();
        }
        engine.delete(chain(0)).join();
        for (int i = 0; i < DEPTH; i++) {
            assertThat(disk.entries()).isPositive();
            assertThat(engine.delete(new StreamName("fork/" + i)).join()).isTrue();
        }
        assertThat(disk.entries()).isZero();
    }

    /** Forks the stream before, at this place, and appends its own number. */
    private void grow(int number, int at) {
        if (number == 0) {
            engine.create(chain(0), CreateRequest.JSON).join();
        } else {
            engine.fork(chain(number), ForkRequest.at(chain(number - 1), Positions.offset(at)))
                    .join();
        }
        engine.append(chain(number), AppendRequest.json(List.of(String.valueOf(number))))
                .join();
    }

    private List<String> read(StreamName name, int from) {
        List<String> all = new ArrayList<>();
        Offset next = Positions.offset(from);
        while (true) {
            var page = engine.read(name, next, 1 << 20).page();
            page.messages().stream().map(Payload::utf8).forEach(all::add);
            next = page.next();
            if (page.upToDate()) {
                return all;
            }
        }
    }

    private static StreamName chain(int number) {
        return new StreamName("chain/" + number);
    }

    private StorageEngine open() {
        return StorageEngine.startQuiet(disk.open(), EngineOptions.DEFAULTS, new TestMachine());
    }
}
