package dev.anabranch.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Those who wait for one stream to change. A waiter costs one entry here and no thread. */
final class Waiters {

    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet(1);

    void add(Runnable wake) {
        waiting.add(wake);
    }

    /** Whether it was still waiting: whoever removes it, wakes it. */
    boolean remove(Runnable wake) {
        return waiting.remove(wake);
    }

    void wakeAll() {
        if (waiting.isEmpty()) {
            return;
        }
        for (Runnable wake : waiting.toArray(new Runnable[0])) {
            if (waiting.remove(wake)) {
                wake.run();
            }
        }
    }
}
