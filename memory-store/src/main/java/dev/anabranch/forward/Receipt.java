package dev.anabranch.forward;

import dev.anabranch.session.HistoryMessage;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Says what was brought forward, from where and when. The message it speaks of carries it in its headers, under
 * {@value #HEADER}.
 *
 * @param id the same for every repeat
 * @param branch the session that it came from
 * @param label that session's label at the time
 * @param mode what of the branch was brought
 * @param from the offset in the branch's stream after the last message that both had; empty if they shared none
 * @param to the offset in the branch's stream after the last message that was considered
 * @param messages how many messages the branch had between the two
 * @param gained how many messages the receiving session had gained meanwhile
 * @param time when it was brought
 */
public record Receipt(
        String id,
        String branch,
        String label,
        BringForward.Mode mode,
        Optional<String> from,
        String to,
        int messages,
        int gained,
        Instant time) {

    /** The header of a brought message that holds its receipt. */
    public static final String HEADER = "broughtForward";

    Receipt withId(String id) {
        return new Receipt(id, branch, label, mode, from, to, messages, gained, time);
    }

    /** The receipt as JSON values. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("branch", branch);
        map.put("label", label);
        map.put("mode", mode.word());
        from.ifPresent(offset -> map.put("from", offset));
        map.put("to", to);
        map.put("messages", messages);
        map.put("gained", gained);
        map.put("time", time.toString());
        return map;
    }

    /** The receipt that a message carries, if it was brought forward. */
    public static Optional<Receipt> of(HistoryMessage message) {
        if (!(message.headers().get(HEADER) instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Optional<BringForward.Mode> mode = BringForward.Mode.ofWord(text(map, "mode"));
        if (mode.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Receipt(
                text(map, "id"),
                text(map, "branch"),
                text(map, "label"),
                mode.get(),
                Optional.of(text(map, "from")).filter(offset -> !offset.isEmpty()),
                text(map, "to"),
                number(map, "messages"),
                number(map, "gained"),
                time(map).or(message::time).orElse(Instant.EPOCH)));
    }

    private static String text(Map<?, ?> map, String name) {
        return map.get(name) instanceof String text ? text : "";
    }

    private static Optional<Instant> time(Map<?, ?> map) {
        try {
            return Optional.of(Instant.parse(text(map, "time")));
        } catch (DateTimeParseException anotherProgramsTime) {
            return Optional.empty();
        }
    }

    private static int number(Map<?, ?> map, String name) {
        return map.get(name) instanceof Number number ? number.intValue() : 0;
    }
}
