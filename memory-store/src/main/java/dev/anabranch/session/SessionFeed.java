package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a listener what the entries of a session mean. */
final class SessionFeed implements TailListener {

    private final SessionListener listener;
    private final HistoryCursor cursor;
    private int known;

    /**
     * @param cursor where the listener's interest begins
     * @param known how many of the entries that arrive lie before that
     */
    SessionFeed(SessionListener listener, HistoryCursor cursor, int known) {
        this.listener = listener;
        this.cursor = cursor;
        this.known = known;
    }

    @Override
    public void onPage(StreamPage page) {
        List<HistoryMessage> messages = new ArrayList<>();
        for (Payload payload : page.messages()) {
            if (known > 0) {
                known--;
                continue;
            }
            Entry entry = EntryReader.read(payload);
            if (entry instanceof Entry.Message message) {
                HistoryCursor.Passed passed =
                        cursor.pass(message, entry.headers().offset());
                messages.add(HistoryReader.toHistory(new HistoryReader.Read(message, passed), Optional.empty()));
                continue;
            }
            tell(messages);
            cursor.pass(entry, entry.headers().offset());
            tell(entry);
        }
        tell(messages);
        cursor.pageEnds(page.next());
    }

    private void tell(List<HistoryMessage> messages) {
        if (!messages.isEmpty()) {
            listener.onMessages(List.copyOf(messages));
            messages.clear();
        }
    }

    private void tell(Entry entry) {
        if (entry instanceof Entry.Evicted evicted) {
            listener.onEvicted(evicted.id(), evicted.reason());
        } else if (entry instanceof Entry.BroughtBack back) {
            listener.onBroughtBack(back.id());
        } else if (entry instanceof Entry.Reset) {
            listener.onReset();
        } else if (entry instanceof Entry.Other other && TypedEntry.isFree(other.type())) {
            listener.onEntry(StreamSession.toTyped(other));
        }
    }

    @Override
    public void onFailure(DurableStreamsException failure) {
        listener.onFailure(failure);
    }
}
