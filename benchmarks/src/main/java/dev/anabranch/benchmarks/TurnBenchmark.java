package dev.anabranch.benchmarks;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What one agent turn costs in its memory alone: a user message, a look at the window, an answer, on histories of
 * growing length whose window holds all of it. The model costs nothing here.
 */
final class TurnBenchmark {

    private static final int SHORT_WARM_UP_TURNS = 1000;
    private static final int WARM_UP_TURNS = 20;
    private static final int ROUNDS = 3;
    private static final int TURNS = 100;
    private static final String TEXT =
            "The quick brown fox jumps over the lazy dog, and the river parts and joins again. ";

    private TurnBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        List<Integer> lengths =
                Arrays.stream(arguments[0].split(",", -1)).map(Integer::valueOf).toList();
        System.out.printf(
                Locale.ROOT,
                "%-34s %8s %12s %12s %12s %12s %8s%n",
                "store",
                "history",
                "p50 ms/turn",
                "p95 ms/turn",
                "sent B/turn",
                "recv B/turn",
                "trips");
        List<String> names = Arrays.asList(arguments[1].split(",", -1));
        for (int length : lengths) {
            List<double[]> times = times(names, length);
            for (int i = 0; i < names.size(); i++) {
                print(names.get(i), length, times.get(i));
            }
        }
    }

    /**
     * The times of each contestant's turns, in milliseconds, ascending. Each has several rounds, and each round begins
     * with another contestant: what one leaves behind, warm or busy, must not fall on the same one every time.
     */
    private static List<double[]> times(List<String> names, int length) throws Exception {
        List<double[]> times =
                names.stream().map(name -> new double[ROUNDS * TURNS]).toList();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < names.size(); i++) {
                int turn = (i + round * names.size() / ROUNDS) % names.size();
                System.arraycopy(time(names.get(turn), length), 0, times.get(turn), round * TURNS, TURNS);
            }
        }
        times.forEach(Arrays::sort);
        return times;
    }

    private static double[] time(String name, int length) throws Exception {
        try (Contestant contestant = Contestants.open(name, false)) {
            ChatMemory memory = prepare(contestant, length);
            double[] millis = new double[TURNS];
            for (int i = 0; i < TURNS; i++) {
                long start = System.nanoTime();
                turn(memory, i);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            return millis;
        }
    }

    /** One line: times as measured, and bytes and round trips through the counting forwarder. */
    private static void print(String name, int length, double[] millis) throws Exception {
        try (Contestant contestant = Contestants.open(name, true)) {
            ChatMemory memory = prepare(contestant, length);
            Wire.Count before = contestant.wire().count();
            for (int i = 0; i < TURNS; i++) {
                turn(memory, i);
            }
            Wire.Count traffic = contestant.wire().count().minus(before);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %8d %12.3f %12.3f %12.0f %12.0f %8.1f%n",
                    contestant.name(),
                    length,
                    millis[millis.length / 2],
                    millis[millis.length * 95 / 100],
                    (double) traffic.sent() / TURNS,
                    (double) traffic.received() / TURNS,
                    (double) traffic.roundTrips() / TURNS);
        }
    }

    private static ChatMemory prepare(Contestant contestant, int length) {
        warmUp(contestant.memories().apply("warm-up"));
        ChatMemory memory = contestant.memories().apply("bench-" + length);
        memory.set(history(length));
        for (int i = 0; i < WARM_UP_TURNS; i++) {
            turn(memory, i);
        }
        return memory;
    }

    /** Lets both virtual machines compile what a turn runs, on a session of its own that stays short. */
    private static void warmUp(ChatMemory memory) {
        for (int i = 0; i < SHORT_WARM_UP_TURNS; i++) {
            if (i % 50 == 0) {
                memory.clear();
            }
            turn(memory, i);
        }
    }

    /** The calls of a plain turn, as AiServices makes them: add, look, answer. */
    private static void turn(ChatMemory memory, int number) {
        memory.add(UserMessage.from("Question " + number + ". " + TEXT));
        if (memory.messages().isEmpty()) {
            throw new AssertionError("the window is empty");
        }
        memory.add(AiMessage.from("Answer " + number + ". " + TEXT.repeat(3)));
    }

    private static List<ChatMessage> history(int length) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < length; i += 2) {
            messages.add(UserMessage.from("Earlier question " + i + ". " + TEXT));
            messages.add(AiMessage.from("Earlier answer " + i + ". " + TEXT.repeat(3)));
        }
        return messages;
    }
}
