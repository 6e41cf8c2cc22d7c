package dev.anabranch.memory;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A process with two threads that talk in one memory: one through LangChain4j's memory on the store, the other through
 * the native memory. It does each thing when it is told to, by a line on its input, and says when it is done.
 */
final class WriterProcess implements AutoCloseable {

    static final int TURNS = 15;

    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    private WriterProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    static WriterProcess start(URI streams, String name) throws IOException {
        return new WriterProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProcess.class.getName(),
                        streams.toString(),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    void tell(String order) throws IOException {
        in.write(order + "\n");
        in.flush();
    }

    /** The next line that the process says. */
    String hear() {
        try {
            String line = out.readLine();
            if (line == null) {
                throw new AssertionError("the writer has ended");
            }
            return line;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        in.close();
        out.close();
    }

    /** What a thread says in all. */
    static List<ChatMessage> conversation(String thread) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            messages.add(UserMessage.from("question " + turn + " of " + thread));
            messages.add(AiMessage.from("answer " + turn + " to " + thread));
        }
        return messages;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream say = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (DurableStreamChatMemoryStore store =
                DurableStreamChatMemoryStore.builder().baseUrl(arguments[0]).build()) {
            List<ChatMemory> memories = List.of(
                    MessageWindowChatMemory.builder()
                            .id("shared")
                            .maxMessages(10_000)
                            .chatMemoryStore(store)
                            .build(),
                    DurableStreamChatMemory.builder().id("shared").store(store).build());
            memories.forEach(ChatMemory::messages);
            say.println("ready");
            orders.readLine();
            talk(memories, arguments[1]);
            say.println("done");
            orders.readLine();
            for (ChatMessage message : store.getMessages("shared")) {
                say.println(text(message));
            }
        }
    }

    static String text(ChatMessage message) {
        return message instanceof UserMessage user ? user.singleText() : ((AiMessage) message).text();
    }

    private static void talk(List<ChatMemory> memories, String name) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(memories.size());
        try {
            List<Callable<Void>> talks = new ArrayList<>();
            for (ChatMemory memory : memories) {
                String thread = name + talks.size();
                talks.add(() -> {
                    conversation(thread).forEach(memory::add);
                    return null;
                });
            }
            for (Future<Void> each : threads.invokeAll(talks)) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
