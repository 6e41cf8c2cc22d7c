package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FewThreadsTest {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void muchWorkTakesFewThreadsAndIsDoneInOrder() {
        FewThreads few = new FewThreads(pool::add, 2);

        for (int i = 0; i < 5; i++) {
            int number = i;
            few.execute(() -> done.add(number));
        }

        assertThat(pool).hasSize(2);
        pool.remove().run();
        assertThat(done).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void workThatComesLaterIsDoneToo() {
        FewThreads few = new FewThreads(pool::add, 1);
        few.execute(() -> few.execute(() -> done.add(2)));
        pool.remove().run();
        few.execute(() -> done.add(3));
        pool.remove().run();

        assertThat(done).containsExactly(2, 3);
    }

    @Test
    void aFailureDoesNotKeepTheRestFromRunning() {
        FewThreads few = new FewThreads(pool::add, 1);
        few.execute(() -> {
            throw new IllegalStateException("planted");
        });
        few.execute(() -> done.add(1));
        pool.remove().run();

        assertThat(done).containsExactly(1);
    }

    @Test
    void anErrorGoesToThePoolAndTheRestRunsAfterIt() {
        FewThreads few = new FewThreads(pool::add, 1);
        few.execute(() -> {
            throw new AssertionError("planted");
        });
        few.execute(() -> done.add(1));
        assertThatThrownBy(() -> pool.remove().run()).hasMessage("planted");
        pool.remove().run();

        assertThat(done).containsExactly(1);
    }

    @Test
    void nothingIsForgottenWhenManyThreadsHandWorkIn() throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        FewThreads few = new FewThreads(threads, 2);
        CountDownLatch all = new CountDownLatch(40_000);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int writer = 0; writer < 4; writer++) {
            threads.execute(() -> {
                for (int i = 0; i < 10_000; i++) {
                    few.execute(() -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        all.countDown();
                    });
                }
            });
        }

        assertThat(all.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(2);
        threads.shutdown();
    }
}
