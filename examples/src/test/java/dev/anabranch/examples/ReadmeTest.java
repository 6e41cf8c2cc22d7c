package dev.anabranch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.examples.model.OfflineModel;
import dev.langchain4j.model.chat.ChatModel;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's lines of Java compile and run as they stand, and its commands and links are there. */
final class ReadmeTest {

    private static final Path ROOT = Path.of("..");

    /** What a reader's editor would import. */
    private static final List<String> PACKAGES = List.of(
            "dev.anabranch.engine",
            "dev.anabranch.memory",
            "dev.anabranch.session",
            "dev.anabranch.stream",
            "dev.langchain4j.memory.chat",
            "dev.langchain4j.service",
            "java.util");

    private static final String PROGRAM = """
            public class Program {
                public interface Assistant {
                    String chat(@MemoryId Object session, @dev.langchain4j.service.UserMessage String text);
                }

                public static List<String> run(java.nio.file.Path folder, dev.langchain4j.model.chat.ChatModel model) {
                    %s
                    List<String> said = branch.history().stream().map(HistoryMessage::text).toList();
                    streams.close();
                    return said;
                }
            }
            """;

    @TempDir
    private Path temporary;

    @Test
    @SuppressWarnings("unchecked")
    void theLinesOfJavaForkAConversation() throws Exception {
        String lines = block("java");
        assertThat(lines.lines()).hasSizeLessThanOrEqualTo(12);
        String imports =
                PACKAGES.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
        Path source = Files.writeString(temporary.resolve("Program.java"), imports + PROGRAM.formatted(lines));

        assertThat(compile(source)).isEmpty();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {temporary.toUri().toURL()})) {
            List<String> said = (List<String>) loader.loadClass("Program")
                    .getMethod("run", Path.class, ChatModel.class)
                    .invoke(null, temporary.resolve("data"), new OfflineModel());

            assertThat(said).hasSize(4).contains("How do I deploy to production?", "Go on with containers.");
        }
    }

    @Test
    void eachHeadingThatPromisesACommandHasOne() throws Exception {
        String readme = Files.readString(ROOT.resolve("README.md"));

        for (String heading : List.of("Run it", "Test it")) {
            assertThat(readme).containsPattern("## " + heading + "\n\n```sh\n[^\n]+\n```\n");
        }
    }

    @Test
    void linksLeadSomewhere() throws Exception {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            List<Path> pages = new ArrayList<>(docs.toList());
            pages.add(ROOT.resolve("README.md"));
            pages.add(ROOT.resolve("CONTRIBUTING.md"));
            pages.removeIf(page -> !page.toString().endsWith(".md"));
            for (Path page : pages) {
                Matcher link = Pattern.compile("]\\((?!https?:|#)([^)#]+)").matcher(Files.readString(page));
                while (link.find()) {
                    assertThat(page.resolveSibling(link.group(1)))
                            .as("link in %s", page)
                            .exists();
                }
            }
        }
    }

    private static String block(String language) throws Exception {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private String compile(Path source) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(
                            problems,
                            files,
                            null,
                            List.of("-d", temporary.toString(), "-cp", System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
        }
        return problems.toString();
    }
}
