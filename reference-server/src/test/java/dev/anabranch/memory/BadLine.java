package dev.anabranch.memory;

import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.stream.Fault;
import dev.anabranch.stream.FaultProxy;
import dev.anabranch.stream.HttpDurableStreams;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A server behind a line on which everything goes wrong that can, in an order that a seed decides. Requests that the
 * line holds back arrive later, when the client has long gone on. Safe for use by many threads.
 */
final class BadLine implements AutoCloseable {

    private final Path folder;
    private final List<Runnable> heldBack = new ArrayList<>(); // guarded by itself
    private final Object lock = new Object();
    private final FaultProxy proxy;
    private AnabranchServer server; // guarded by lock
    private boolean refusing; // guarded by lock
    private int attemptsWhileRefusing; // guarded by lock

    BadLine(Path folder) {
        this.folder = folder;
        this.server = AnabranchServer.start(options());
        this.proxy = FaultProxy.to(streams());
    }

    private ServerOptions options() {
        return ServerOptions.DEFAULTS.withPort(0).withDataDir(folder);
    }

    private URI streams() {
        return server.uri().resolve("/v1/stream");
    }

    /** A client on this line that makes so many attempts per call, with next to no pauses in between. */
    HttpDurableStreams connect(int attempts) {
        return HttpDurableStreams.builder(proxy.uri())
                .attempts(attempts)
                .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .bearerToken(() -> {
                    acceptAfterOneAttempt();
                    return "none";
                })
                .build();
    }

    /** A client of the same server on a good line. */
    HttpDurableStreams connectDirectly() {
        synchronized (lock) {
            return HttpDurableStreams.connect(streams());
        }
    }

    /** Lets something happen to each of the next requests. */
    void spoil(int requests, SplittableRandom random) {
        for (int i = 0; i < requests; i++) {
            if (random.nextInt(12) == 0) {
                refuse();
            } else {
                proxy.next(fault(random));
            }
        }
    }

    private Fault fault(SplittableRandom random) {
        int bytes = random.nextInt(500);
        return switch (random.nextInt(10)) {
            case 0 -> Fault.lostRequest();
            case 1 -> Fault.lostResponse();
            case 2 -> Fault.cutResponse(bytes);
            case 3 -> Fault.duplicate();
            case 4 -> Fault.answer(503, "", "Retry-After: 0");
            case 5 -> Fault.answer(429, "", "Retry-After: 0");
            case 6 -> Fault.lateRequest(this::holdBack);
            case 7 -> Fault.none().after(this::deliverWhatWasHeldBack);
            case 8 -> Fault.lostResponse().before(this::deliverWhatWasHeldBack);
            default -> Fault.none();
        };
    }

    private void holdBack(Runnable delivery) {
        synchronized (heldBack) {
            heldBack.add(delivery);
        }
    }

    /** Lets old requests arrive whose senders have given them up. */
    void deliverWhatWasHeldBack() {
        List<Runnable> due;
        synchronized (heldBack) {
            due = List.copyOf(heldBack);
            heldBack.clear();
        }
        due.forEach(Runnable::run);
    }

    /** Takes no connections until a client tries for the second time. */
    private void refuse() {
        synchronized (lock) {
            if (!refusing) {
                proxy.refuse();
                refusing = true;
                attemptsWhileRefusing = 0;
            }
        }
    }

    private void acceptAfterOneAttempt() {
        synchronized (lock) {
            if (refusing && attemptsWhileRefusing++ > 0) {
                proxy.accept();
                refusing = false;
            }
        }
    }

    /** Stops the server and starts it again, just before the next request arrives there. */
    void restartBeforeNextRequest() {
        proxy.next(Fault.none().after(this::restart));
    }

    /** Stops the server and starts it again, after it has carried out the next request and before it is heard. */
    void restartBeforeNextAnswer() {
        proxy.next(Fault.lostResponse().before(this::restart));
    }

    private void restart() {
        synchronized (lock) {
            server.close();
            server = AnabranchServer.start(options());
            proxy.leadTo(streams());
        }
    }

    @Override
    public void close() {
        proxy.close();
        synchronized (lock) {
            server.close();
        }
    }
}
