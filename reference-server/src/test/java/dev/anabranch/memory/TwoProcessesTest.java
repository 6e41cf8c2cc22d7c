package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.session.HistoryMessage;
import dev.langchain4j.data.message.ChatMessage;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, and two threads in each, talk in one memory at the same time. */
class TwoProcessesTest {

    @TempDir
    private Path folder;

    @Test
    void everyMessageOfEveryWriterIsKeptOnceAndAllSeeOneOrder() throws Exception {
        try (AnabranchServer server =
                AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0).withDataDir(folder))) {
            URI streams = server.uri().resolve("/v1/stream");
            try (WriterProcess a = WriterProcess.start(streams, "a");
                    WriterProcess b = WriterProcess.start(streams, "b");
                    DurableStreamChatMemoryStore store = DurableStreamChatMemoryStore.builder()
                            .baseUrl(streams.toString())
                            .build()) {
                together(a, b, "ready", "talk");
                together(a, b, "done", "look");

                List<String> window = store.getMessages("shared").stream()
                        .map(WriterProcess::text)
                        .toList();
                List<List<String>> said = Stream.of("a0", "a1", "b0", "b1")
                        .map(TwoProcessesTest::conversation)
                        .toList();
                assertThat(window)
                        .containsExactlyInAnyOrderElementsOf(
                                said.stream().flatMap(List::stream).toList());
                said.forEach(each -> assertThat(window).containsSubsequence(each));
                assertThat(store.session("shared").history())
                        .extracting(HistoryMessage::text)
                        .isEqualTo(window);
                assertThat(heard(a, window.size())).isEqualTo(window);
                assertThat(heard(b, window.size())).isEqualTo(window);
            }
        }
    }

    /** Hears from both before either is told to go on. */
    private static void together(WriterProcess a, WriterProcess b, String heard, String order) throws Exception {
        assertThat(a.hear()).isEqualTo(heard);
        assertThat(b.hear()).isEqualTo(heard);
        a.tell(order);
        b.tell(order);
    }

    private static List<String> conversation(String thread) {
        List<ChatMessage> messages = WriterProcess.conversation(thread);
        return messages.stream().map(WriterProcess::text).toList();
    }

    private static List<String> heard(WriterProcess process, int lines) {
        return Stream.generate(process::hear).limit(lines).toList();
    }
}
