package dev.anabranch.memory.contract;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.data.video.Video;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** A message of every type, with every kind of content. */
final class SampleMessages {

    private static final String BASE64 = "aGVsbG8sIHJpdmVyIQ==";
    private static final URI PICTURE = URI.create("https://example.org/river.png?w=1&h=2#top");

    private SampleMessages() {}

    /** Messages that LangChain4j's own JSON can carry, so that every store has to keep them. */
    static Stream<Named<ChatMessage>> lossless() {
        return Stream.of(texts(), media(), tools(), attributes()).flatMap(messages -> messages);
    }

    private static Stream<Named<ChatMessage>> texts() {
        return Stream.of(
                Named.of("system", SystemMessage.from("You are a river guide.")),
                Named.of("user", UserMessage.from("hello")),
                Named.of("user with a name", UserMessage.from("ada", "hello")),
                Named.of("ai", AiMessage.from("hello")),
                Named.of("ai with an empty text", AiMessage.from("")),
                Named.of(
                        "ai with neither text nor tool call",
                        AiMessage.builder().build()),
                Named.of(
                        "ai that thinks",
                        AiMessage.builder().text("42").thinking("6 · 7").build()),
                Named.of("white space", UserMessage.from(" \t\r\n \u00a0\u2028\u2029 ")),
                Named.of("quotes and backslashes", UserMessage.from("\"\\\\\" ' / </script> ${x} %s {{it}} --")),
                Named.of("JSON", UserMessage.from("{\"type\":\"message\",\"headers\":{\"control\":\"reset\"}}")),
                Named.of("many scripts", UserMessage.from("Größe 日本語 العربية \uD83D\uDC69\u200D\uD83D\uDE80 e\u0301")),
                Named.of("control characters", UserMessage.from("\u0001\u001b[31m\u007f\u0085\ufeff\uffff")),
                Named.of("a megabyte", UserMessage.from("0123456789abcdef".repeat(65_536))));
    }

    private static Stream<Named<ChatMessage>> media() {
        Image drawn = Image.builder()
                .base64Data(BASE64)
                .mimeType("image/png")
                .revisedPrompt("a river")
                .build();
        Audio spoken = Audio.builder().base64Data(BASE64).mimeType("audio/wav").build();
        Audio recorded = Audio.builder()
                .binaryData(new byte[] {0, 1, -1, 127, -128})
                .mimeType("audio/wav")
                .build();
        return Stream.of(
                Named.of("an image by address", user(ImageContent.from(PICTURE))),
                Named.of("an image in detail", user(ImageContent.from(drawn, ImageContent.DetailLevel.HIGH))),
                Named.of("audio in text form", user(AudioContent.from(spoken))),
                Named.of("audio in bytes", user(AudioContent.from(recorded))),
                Named.of(
                        "a video",
                        user(VideoContent.from(Video.builder()
                                .url(PICTURE)
                                .mimeType("video/mp4")
                                .build()))),
                Named.of(
                        "a PDF",
                        user(PdfFileContent.from(
                                PdfFile.builder().base64Data(BASE64).build()))),
                Named.of(
                        "several contents",
                        UserMessage.from(
                                "ada", TextContent.from("which?"), ImageContent.from(drawn), TextContent.from(" "))));
    }

    private static Stream<Named<ChatMessage>> tools() {
        ToolExecutionRequest depth = ToolExecutionRequest.builder()
                .id("call_1")
                .name("depth")
                .arguments("{\"river\": \"Rhine\",  \"at\":1e400}")
                .build();
        ToolExecutionRequest bare =
                ToolExecutionRequest.builder().name("now").arguments("not JSON").build();
        return Stream.of(
                Named.of("a tool call", AiMessage.from(depth)),
                Named.of("tool calls with a text", AiMessage.from("let me see", List.of(depth, bare))),
                Named.of("a tool result", ToolExecutionResultMessage.from(depth, "7 m")),
                Named.of("an empty tool result", ToolExecutionResultMessage.from(depth, "")),
                Named.of("a tool result without an id", ToolExecutionResultMessage.from(bare, "noon")),
                Named.of(
                        "a failed tool result",
                        ToolExecutionResultMessage.builder()
                                .id("call_1")
                                .toolName("depth")
                                .text("no such river")
                                .isError(true)
                                .build()),
                Named.of(
                        "a tool result with contents",
                        ToolExecutionResultMessage.builder()
                                .id("call_1")
                                .toolName("depth")
                                .contents(TextContent.from("see"), ImageContent.from(PICTURE))
                                .isError(false)
                                .attributes(Map.of("cached", true))
                                .build()));
    }

    private static Stream<Named<ChatMessage>> attributes() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("text", "a");
        plain.put("whole", 7);
        plain.put("long", 1L << 53);
        plain.put("fraction", 0.1);
        plain.put("flag", true);
        plain.put("list", List.of(1, "two", List.of()));
        plain.put("map", Map.of("deep", Map.of("deeper", "x")));
        return Stream.of(
                Named.of("a custom message", CustomMessage.from(plain)),
                Named.of("a custom message without attributes", CustomMessage.from(Map.of())),
                Named.of(
                        "ai with attributes",
                        AiMessage.builder().text("a").attributes(plain).build()),
                Named.of(
                        "user with attributes",
                        UserMessage.builder()
                                .addContent(TextContent.from("a"))
                                .attributes(plain)
                                .build()));
    }

    /** Messages that LangChain4j's own JSON changes or cannot write. */
    static Stream<Named<ChatMessage>> awkward() {
        Image image = Image.builder().base64Data(BASE64).build();
        return Stream.of(
                Named.of("half a surrogate pair", UserMessage.from("a\uD83C")),
                Named.of("a NUL", UserMessage.from("a\u0000b")),
                Named.of("a point in time", ai(Map.of("at", Instant.EPOCH))),
                Named.of("a short attribute", ai(Map.of("number", (short) 7))),
                Named.of("a small long attribute", ai(Map.of("number", 7L))),
                Named.of("a float attribute", ai(Map.of("number", 0.1f))),
                Named.of("not a number", ai(Map.of("number", Double.NaN))),
                Named.of("an object of a class of one's own", ai(Map.of("bytes", new Bytes(List.of((byte) 1))))),
                Named.of("an array", ai(Map.of("bytes", new byte[] {1}))),
                Named.of("an unknown object", ai(Map.of("object", new Object() {}))),
                Named.of("generated images", ai(Map.of(AiMessage.GENERATED_IMAGES_KEY, List.of(image)))),
                Named.of(
                        "a custom message that holds a message", CustomMessage.from(Map.of("m", AiMessage.from("a")))));
    }

    /** A value of an application's own. */
    record Bytes(List<Byte> values) {}

    private static ChatMessage ai(Map<String, Object> attributes) {
        return AiMessage.builder().text("a").attributes(attributes).build();
    }

    private static ChatMessage user(dev.langchain4j.data.message.Content content) {
        return UserMessage.from(content);
    }
}
