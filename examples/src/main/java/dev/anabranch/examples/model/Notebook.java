package dev.anabranch.examples.model;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a conversation has told so far, and nothing else: read anew from the messages of each request. Whoever loses,
 * repeats or mixes messages gets another notebook, and so another answer.
 */
final class Notebook {

    private static final Pattern NAME = Pattern.compile("(?i)\\bmy name is (\\p{L}+)");
    private static final Pattern BUDGET = Pattern.compile("(?i)\\b(?:I|we) have (\\d{1,7}) euros?\\b");
    private static final Pattern PRICE = Pattern.compile("(?i)^(.{1,80}?) costs? (\\d{1,7}) euros?\\b");
    private static final Pattern BOOKING = Pattern.compile("(?i)^(?:please )?book (.{1,80}?)[.!]*$");

    private final Map<String, Integer> prices = new LinkedHashMap<>();
    private final Map<String, Integer> bookings = new LinkedHashMap<>();
    private final List<String> statements = new ArrayList<>();
    private Optional<String> role = Optional.empty();
    private Optional<String> name = Optional.empty();
    private Optional<String> lastPriced = Optional.empty();
    private int budget;
    private int questions;

    private Notebook() {}

    /** Reads messages in their order. */
    static Notebook of(List<ChatMessage> messages) {
        Notebook notebook = new Notebook();
        messages.forEach(notebook::read);
        return notebook;
    }

    private void read(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            role = Optional.of(system.text());
        } else if (message instanceof UserMessage user) {
            sentences(text(user)).forEach(this::note);
        } else if (message instanceof ToolExecutionResultMessage result && !Boolean.TRUE.equals(result.isError())) {
            sentences(result.text()).forEach(this::notePrice);
        } else if (message instanceof AiMessage answer && answer.text() != null) {
            sentences(answer.text()).forEach(this::notePrice);
        }
    }

    private void note(String sentence) {
        if (isQuestion(sentence)) {
            questions++;
            return;
        }
        Matcher named = NAME.matcher(sentence);
        if (named.find()) {
            name = Optional.of(named.group(1));
        }
        Matcher money = BUDGET.matcher(sentence);
        if (money.find()) {
            budget += Integer.parseInt(money.group(1));
        }
        notePrice(sentence);
        if (bookedItem(sentence).isPresent()) {
            bookedItem(sentence).flatMap(this::priced).ifPresent(item -> bookings.put(item, prices.get(item)));
            return;
        }
        statements.add(sentence);
    }

    private void notePrice(String sentence) {
        Matcher price = PRICE.matcher(sentence);
        if (price.find()) {
            String item = lowerFirst(price.group(1));
            prices.put(item, Integer.parseInt(price.group(2)));
            lastPriced = Optional.of(item);
        }
    }

    /** What a sentence asks to book, in its own words. */
    static Optional<String> bookedItem(String sentence) {
        Matcher booking = BOOKING.matcher(sentence);
        return booking.find() ? Optional.of(lowerFirst(booking.group(1))) : Optional.empty();
    }

    /** The thing of known price that these words mean. */
    Optional<String> priced(String words) {
        if (words.matches("(?i)(it|that|this)\\b.*")) {
            return lastPriced;
        }
        return prices.containsKey(words) ? Optional.of(words) : Optional.empty();
    }

    int price(String item) {
        Integer price = prices.get(item);
        if (price == null) {
            throw new IllegalArgumentException("no price of '" + item + "'");
        }
        return price;
    }

    Optional<String> role() {
        return role;
    }

    Optional<String> name() {
        return name;
    }

    int budget() {
        return budget;
    }

    /** The budget less everything that was booked. */
    int left() {
        return budget - bookings.values().stream().mapToInt(Integer::intValue).sum();
    }

    int questions() {
        return questions;
    }

    /** What the user said that was neither a question nor a booking, oldest first. */
    List<String> statements() {
        return List.copyOf(statements);
    }

    /** The bookings in words, such as {@code the boat (240 euros)}. */
    List<String> bookings() {
        return bookings.entrySet().stream()
                .map(booking -> booking.getKey() + " (" + booking.getValue() + " euros)")
                .toList();
    }

    static String text(UserMessage message) {
        return message.contents().stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining(" "));
    }

    static List<String> sentences(String text) {
        return Pattern.compile("(?<=[.?!])\\s+|\\s*\\n\\s*")
                .splitAsStream(text.strip())
                .filter(sentence -> !sentence.isBlank())
                .toList();
    }

    static boolean isQuestion(String sentence) {
        return sentence.endsWith("?");
    }

    private static String lowerFirst(String words) {
        return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }
}
