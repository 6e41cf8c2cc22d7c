package dev.anabranch.examples.model;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Answers a request from its messages and from nothing else. The same messages always get the same answer. */
final class Answers {

    private static final Set<String> COMMON_WORDS = Set.of(
            "about", "again", "been", "could", "does", "done", "from", "have", "know", "more", "much", "must", "should",
            "that", "their", "them", "then", "there", "they", "this", "want", "were", "what", "when", "where", "which",
            "will", "with", "would", "your");

    private Answers() {}

    static ChatResponse to(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        AiMessage answer = answer(messages, request);
        int read = messages.stream()
                .mapToInt(message -> tokens(message.toString()))
                .sum();
        int written = tokens(answer.toString());
        return ChatResponse.builder()
                .aiMessage(answer)
                .tokenUsage(new TokenUsage(read, written))
                .finishReason(answer.hasToolExecutionRequests() ? FinishReason.TOOL_EXECUTION : FinishReason.STOP)
                .build();
    }

    private static AiMessage answer(List<ChatMessage> messages, ChatRequest request) {
        int asked = lastQuestion(messages);
        if (asked < 0) {
            return AiMessage.from("I am listening.");
        }
        List<ToolExecutionResultMessage> results = messages.subList(asked + 1, messages.size()).stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
        if (!results.isEmpty()) {
            return AiMessage.from(results.stream().map(Answers::report).collect(Collectors.joining(" ")));
        }
        String text = Notebook.text((UserMessage) messages.get(asked));
        var calls = new ToolChoice(request.toolSpecifications()).calls(text, callsIn(messages) + 1);
        if (!calls.isEmpty()) {
            return AiMessage.from(calls);
        }
        return AiMessage.from(reply(text, messages.subList(0, asked)));
    }

    private static int lastQuestion(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof UserMessage) {
                return i;
            }
        }
        return -1;
    }

    private static int callsIn(List<ChatMessage> messages) {
        return messages.stream()
                .filter(AiMessage.class::isInstance)
                .mapToInt(
                        message -> ((AiMessage) message).toolExecutionRequests().size())
                .sum();
    }

    private static String report(ToolExecutionResultMessage result) {
        if (Boolean.TRUE.equals(result.isError())) {
            return "That did not work: " + asSentence(result.text());
        }
        return result.text().startsWith("{") || result.text().startsWith("[")
                ? result.toolName() + " says: " + result.text()
                : asSentence(result.text());
    }

    private static String reply(String text, List<ChatMessage> before) {
        List<ChatMessage> read = new ArrayList<>(before);
        List<String> replies = new ArrayList<>();
        for (String sentence : Notebook.sentences(text)) {
            Notebook known = Notebook.of(read);
            read.add(UserMessage.from(sentence));
            Notebook now = Notebook.of(read);
            replies.add(Notebook.isQuestion(sentence) ? answerTo(sentence, known) : acknowledge(sentence, known, now));
        }
        return replies.stream().distinct().collect(Collectors.joining(" "));
    }

    private static String acknowledge(String sentence, Notebook known, Notebook now) {
        Optional<String> wanted = Notebook.bookedItem(sentence);
        if (wanted.isPresent()) {
            return known.priced(wanted.get())
                    .map(item -> "Booked: " + item + " for " + known.price(item) + " euros.")
                    .orElse("I do not know what " + wanted.get() + " costs.");
        }
        if (isAbout(sentence, "summar", "recap")) {
            return summary(known);
        }
        if (!now.name().equals(known.name())) {
            return "Hello, " + now.name().orElseThrow() + ".";
        }
        if (now.budget() != known.budget()) {
            return "You have " + now.left() + " euros to spend.";
        }
        return "Noted: " + asSentence(sentence);
    }

    private static String answerTo(String question, Notebook known) {
        if (isAbout(question, " left", "remain")) {
            return known.left() + " of your " + known.budget() + " euros are left.";
        }
        if (isAbout(question, "booked")) {
            return "You have booked "
                    + (known.bookings().isEmpty() ? "nothing" : String.join(" and ", known.bookings())) + ".";
        }
        if (isAbout(question, "my name", "who am i")) {
            return known.name().map(name -> "Your name is " + name + ".").orElse("You have not told me your name.");
        }
        if (isAbout(question, "who are you")) {
            return known.role().orElse("I am a model that runs without a network.");
        }
        if (isAbout(question, "summar", "recap", "so far")) {
            return summary(known);
        }
        return recall(question, known)
                .map(statement -> "You told me: " + asSentence(statement))
                .orElseGet(() -> "I do not know. You have told me "
                        + counted(known.statements().size(), "thing") + " and asked me "
                        + counted(known.questions() + 1, "question") + ".");
    }

    private static String summary(Notebook known) {
        List<String> facts = new ArrayList<>(known.statements());
        known.bookings().forEach(booking -> facts.add("booked " + booking));
        return facts.isEmpty()
                ? "Nothing was said so far."
                : "So far: " + facts.stream().map(Answers::asSentence).collect(Collectors.joining(" "));
    }

    /** What the user said that shares most words with the question; of equals, the latest. */
    private static Optional<String> recall(String question, Notebook known) {
        Set<String> asked = contentWords(question);
        List<String> statements = known.statements();
        return statements.stream()
                .filter(statement -> shared(asked, statement) > 0)
                .max(Comparator.<String>comparingInt(statement -> shared(asked, statement))
                        .thenComparingInt(statements::lastIndexOf));
    }

    private static int shared(Set<String> asked, String statement) {
        Set<String> said = contentWords(statement);
        said.retainAll(asked);
        return said.size();
    }

    private static Set<String> contentWords(String sentence) {
        Set<String> words =
                new TreeSet<>(List.of(sentence.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", 0)));
        words.removeIf(word -> word.length() < 4 || COMMON_WORDS.contains(word));
        return words;
    }

    private static boolean isAbout(String sentence, String... topics) {
        String lower = sentence.toLowerCase(Locale.ROOT);
        return List.of(topics).stream().anyMatch(lower::contains);
    }

    private static String asSentence(String words) {
        String text = words.strip();
        if (text.isEmpty()) {
            return text;
        }
        String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return capital.matches("(?s).*[.?!]") ? capital : capital + ".";
    }

    private static String counted(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static int tokens(String text) {
        return text.split("\\s+", -1).length;
    }
}
