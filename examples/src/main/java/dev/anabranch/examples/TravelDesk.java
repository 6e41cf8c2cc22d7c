package dev.anabranch.examples;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.util.Locale;
import java.util.Map;

/** A tool that knows what travelling costs. */
final class TravelDesk {

    private static final Map<String, Integer> PRICES =
            Map.of("boat", 240, "train", 80, "bike", 130, "hotel", 190, "tent", 45);

    @Tool("Tells the price of a way to travel or to stay, in euros")
    String priceOf(@P("what to travel with or to stay in, such as 'the boat to Passau'") String what) {
        return PRICES.entrySet().stream()
                .filter(price -> what.toLowerCase(Locale.ROOT).contains(price.getKey()))
                .findFirst()
                .map(price -> what + " costs " + price.getValue() + " euros")
                .orElse("nobody sells " + what);
    }
}
