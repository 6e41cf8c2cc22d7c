package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.TypedEntry;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tokens that a piece of work used, as a session records them in entries of type {@value #ENTRY_TYPE}.
 *
 * @param inputTokens empty if not known
 * @param outputTokens empty if not known
 * @param totalTokens their sum as the provider counts it
 */
public record Usage(OptionalLong inputTokens, OptionalLong outputTokens, long totalTokens) {

    /** The type of a session's entries that record usage. */
    public static final String ENTRY_TYPE = "usage";

    public Usage {
        if (totalTokens < 0) {
            throw new IllegalArgumentException("totalTokens is negative: " + totalTokens);
        }
    }

    /** Nothing but a total. */
    public static Usage ofTotal(long tokens) {
        return new Usage(OptionalLong.empty(), OptionalLong.empty(), tokens);
    }

    /** The entry that records this; {@code key} tells it from the session's other usage entries. */
    public TypedEntry toEntry(String key) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        inputTokens.ifPresent(tokens -> value.put("inputTokens", tokens));
        outputTokens.ifPresent(tokens -> value.put("outputTokens", tokens));
        value.put("totalTokens", totalTokens);
        return TypedEntry.of(ENTRY_TYPE, key, value);
    }

    /** What an entry of this type records, also one that another program wrote in the usual words. */
    public static Optional<Usage> of(TypedEntry entry) {
        OptionalLong total = entry.type().equals(ENTRY_TYPE) ? totalOf(entry.value()) : OptionalLong.empty();
        return total.isEmpty() || total.getAsLong() < 0
                ? Optional.empty()
                : Optional.of(new Usage(
                        count(entry.value(), "inputTokens"), count(entry.value(), "outputTokens"), total.getAsLong()));
    }

    private static OptionalLong count(JsonNode value, String name) {
        JsonNode count = value.path(name);
        return count.isIntegralNumber() && count.canConvertToLong()
                ? OptionalLong.of(count.longValue())
                : OptionalLong.empty();
    }

    /** The total that an entry's value tells, also one that another program wrote in the usual words. */
    public static OptionalLong totalOf(JsonNode value) {
        for (String name : new String[] {"totalTokens", "totalTokenCount", "total_tokens"}) {
            if (value.path(name).canConvertToLong() && value.path(name).isIntegralNumber()) {
                return OptionalLong.of(value.path(name).longValue());
            }
        }
        return OptionalLong.empty();
    }
}
