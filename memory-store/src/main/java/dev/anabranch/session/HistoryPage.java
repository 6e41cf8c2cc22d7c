package dev.anabranch.session;

import java.util.List;

/**
 * A piece of a history.
 *
 * @param messages in the order of joining. System messages are among them and do not count against the limit
 * @param nextIndex where the next page begins; equal to {@code messageCount} if this one reaches the end
 * @param messageCount messages of the full history, system messages not counted
 */
public record HistoryPage(List<HistoryMessage> messages, int nextIndex, int messageCount) {

    public HistoryPage {
        messages = List.copyOf(messages);
    }

    public boolean isLast() {
        return nextIndex >= messageCount;
    }
}
