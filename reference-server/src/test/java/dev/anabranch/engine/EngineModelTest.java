package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.storage.FaultyStore;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.ContentTypeMismatchException;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Long random histories, against {@link EngineModel}, with the exact outcome of each step. More and longer ones with
 * {@code -Danabranch.model.histories=1000 -Danabranch.model.steps=1000}, from {@code -Danabranch.model.seed} on.
 */
class EngineModelTest {

    private static final int HISTORIES = Integer.getInteger("anabranch.model.histories", 40);
    private static final int STEPS = Integer.getInteger("anabranch.model.steps", 250);
    private static final long SEED = Long.getLong("anabranch.model.seed", 1);
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final ContentType TEXT = new ContentType("text/plain");

    @Test
    void everyStepOfARandomHistoryHasTheOutcomeOfTheModel() {
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            new History(seed).play();
        }
    }

    private static final class History {

        private final long seed;
        private final SplittableRandom random;
        private final FaultyStore disk = new FaultyStore();
        private final TestMachine machine = new TestMachine();
        private final EngineModel model = new EngineModel();
        private final List<String> steps = new ArrayList<>();
        private StorageEngine engine;
        private int messages;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.engine = open();
        }

        private StorageEngine open() {
            return StorageEngine.startQuiet(disk.open(), EngineOptions.DEFAULTS, machine);
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            deleteAll();
            engine.close();
            assertThat(disk.entries()).as("entries left behind, seed %s", seed).isZero();
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 12) {
                create();
            } else if (dice < 32) {
                fork();
            } else if (dice < 60) {
                append();
            } else if (dice < 75) {
                read();
            } else if (dice < 80) {
                String name = name();
                check("status " + name, model.status(name), () -> status(name));
            } else if (dice < 88) {
                delete(name());
            } else if (dice < 93) {
                pass();
            } else if (dice < 95) {
                steps.add("sweep");
                model.sweep();
                engine.sweep();
            } else if (dice < 97) {
                steps.add("restart");
                engine.close();
                engine = open();
            } else {
                check(
                        "names",
                        model.names().toString(),
                        () -> engine.names("", Optional.empty(), 100).toString());
            }
        }

        private void create() {
            String name = name();
            ContentType type = type();
            Optional<Duration> ttl = ttl();
            boolean closed = chance(10);
            List<String> body = chance(50) ? List.of() : body(type);
            CreateRequest request = new CreateRequest(type, expiry(ttl), closed, payload(type, body));
            check(
                    "create " + name + " " + type + " " + ttl + " " + closed + " " + body,
                    model.create(name, type, ttl, closed, EngineModel.units(type, body)),
                    () -> said(engine.create(new StreamName(name), request).join()));
        }

        private void fork() {
            String name = name();
            String source = name();
            Optional<Integer> at = chance(30) ? Optional.empty() : Optional.of(random.nextInt(model.tail(source) + 2));
            int sub = chance(60) ? 0 : random.nextInt(4);
            Optional<Duration> ttl = ttl();
            boolean closed = chance(10);
            ForkRequest request = new ForkRequest(
                    new StreamName(source),
                    at.map(Positions::offset),
                    sub,
                    Optional.empty(),
                    ttl.map(Expiry::ttl),
                    closed,
                    Payload.EMPTY);
            check(
                    "fork " + name + " of " + source + " at " + at + "+" + sub + " " + ttl + " " + closed,
                    model.fork(name, source, at, sub, ttl, closed, List.of()),
                    () -> said(engine.fork(new StreamName(name), request).join()));
        }

        private void append() {
            String name = name();
            ContentType type = type();
            boolean close = chance(8);
            List<String> body = close && chance(50) ? List.of() : body(type);
            AppendRequest request =
                    new AppendRequest(type, payload(type, body), Optional.empty(), Optional.empty(), close);
            String producer = chance(50) ? null : "p" + random.nextInt(2);
            long epoch = random.nextInt(3) / 2;
            long number = random.nextInt(4);
            if (producer != null) {
                request = request.withProducer(new Producer(producer, epoch, number));
            }
            String sequence = chance(80) ? null : String.valueOf(random.nextInt(10));
            if (sequence != null) {
                request = request.withSequence(sequence);
            }
            AppendRequest complete = request;
            List<String> units = EngineModel.units(type, body);
            check(
                    "append " + name + " " + type + " " + body + " " + producer + " " + epoch + " " + number + " "
                            + sequence + " " + close,
                    model.append(name, type, units, producer, epoch, number, sequence, close),
                    () -> said(engine.append(new StreamName(name), complete).join()));
        }

        private void read() {
            String name = name();
            int from = chance(40) ? 0 : random.nextInt(model.tail(name) + 2);
            int bytes = 1 + random.nextInt(40);
            check("read " + name + " from " + from, model.read(name, from), () -> readAll(name, from, bytes));
        }

        private void delete(String name) {
            check(
                    "delete " + name,
                    model.delete(name),
                    () -> engine.delete(new StreamName(name)).join() ? "deleted" : "not found");
        }

        private void pass() {
            Duration time = Duration.ofSeconds(random.nextInt(8));
            steps.add("pass " + time);
            machine.pass(time);
            model.pass(time);
        }

        /** Nothing may be left behind, whatever the order. */
        private void deleteAll() {
            for (int round = 0; round < 2; round++) {
                NAMES.forEach(this::delete);
                pass();
                model.sweep();
                engine.sweep();
            }
        }

        private String status(String name) {
            return engine.status(new StreamName(name))
                    .map(status ->
                            number(status.head().tail()) + " " + status.head().closed())
                    .orElse("not found");
        }

        private String readAll(String name, int from, int bytes) {
            StringBuilder all = new StringBuilder();
            Offset next = Positions.offset(from);
            while (true) {
                StreamRead read = engine.read(new StreamName(name), next, bytes);
                String separator = read.status().head().contentType().isJson() ? "," : "";
                read.page()
                        .messages()
                        .forEach(message ->
                                all.append(all.isEmpty() ? "" : separator).append(message.utf8()));
                next = read.page().next();
                if (read.page().upToDate()) {
                    return all + " " + read.page().closed();
                }
            }
        }

        private void check(String step, String expected, Supplier<String> actual) {
            steps.add(step + " -> " + expected);
            String outcome;
            try {
                outcome = actual.get();
            } catch (CompletionException failed) {
                outcome = said(failed.getCause());
            } catch (RuntimeException failed) {
                outcome = said(failed);
            }
            assertThat(outcome)
                    .as("seed %s, step %s: %s%nmodel now %s", seed, steps.size(), steps, model)
                    .isEqualTo(expected);
        }

        private String name() {
            return NAMES.get(random.nextInt(NAMES.size()));
        }

        private ContentType type() {
            return chance(70) ? ContentType.JSON : TEXT;
        }

        private Optional<Duration> ttl() {
            return chance(75) ? Optional.empty() : Optional.of(Duration.ofSeconds(5 + 5L * random.nextInt(2)));
        }

        private List<String> body(ContentType type) {
            List<String> body = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                body.add(type.isJson() ? String.valueOf(++messages) : String.valueOf((char) ('a' + ++messages % 26)));
            }
            return body;
        }

        private boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }
    }

    private static Expiry expiry(Optional<Duration> ttl) {
        return ttl.map(Expiry::ttl).orElse(Expiry.never());
    }

    private static Payload payload(ContentType type, List<String> body) {
        if (body.isEmpty()) {
            return Payload.EMPTY;
        }
        return type.isJson() ? Payload.jsonArray(body) : Payload.of(String.join("", body));
    }

    private static long number(Offset offset) {
        return Positions.position(offset, Long.MAX_VALUE);
    }

    private static String said(CreateResult result) {
        if (result instanceof CreateResult.Created created) {
            return "created " + number(created.head().tail());
        }
        if (result instanceof CreateResult.AlreadyExists exists) {
            return "exists " + number(exists.head().tail());
        }
        return "conflict";
    }

    private static String said(AppendResult result) {
        if (result instanceof AppendResult.Appended appended) {
            return "appended " + number(appended.tail());
        }
        if (result instanceof AppendResult.Duplicate duplicate) {
            return duplicate.closed()
                    ? "duplicate closed " + number(duplicate.tail())
                    : "duplicate " + duplicate.lastSequence().orElseThrow() + " " + number(duplicate.tail());
        }
        if (result instanceof AppendResult.StreamClosed closed) {
            return "closed " + number(closed.tail());
        }
        if (result instanceof AppendResult.SequenceConflict conflict) {
            return "sequence " + number(conflict.tail());
        }
        if (result instanceof AppendResult.ProducerFenced fenced) {
            return "fenced " + fenced.currentEpoch();
        }
        return "gap " + ((AppendResult.ProducerGap) result).expectedSequence();
    }

    private static String said(Throwable failure) {
        if (failure instanceof StreamNotFoundException) {
            return "not found";
        }
        if (failure instanceof StreamGoneException) {
            return "gone";
        }
        if (failure instanceof ContentTypeMismatchException) {
            return "mismatch";
        }
        return failure instanceof InvalidRequestException ? "invalid" : failure.toString();
    }
}
