package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.session.DirectoryListener.Change;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import java.util.Optional;

/** Tells a listener what the events of the directory mean. */
final class DirectoryFeed implements TailListener {

    private final DirectoryListener listener;
    private final DirectoryState state = new DirectoryState();

    DirectoryFeed(DirectoryListener listener) {
        this.listener = listener;
    }

    void known(DirectoryState.Line line) {
        state.add(line);
    }

    @Override
    public void onPage(StreamPage page) {
        for (Payload payload : page.messages()) {
            Entry entry = EntryReader.read(payload);
            if (entry instanceof Entry.Session event) {
                tell(event);
            } else {
                state.apply(entry);
            }
        }
    }

    private void tell(Entry.Session event) {
        Optional<SessionInfo> before = state.line(event.id()).map(state::info);
        state.apply(event);
        Optional<SessionInfo> after = state.line(event.id()).map(state::info);
        if (after.isEmpty()) {
            before.ifPresent(gone -> listener.onChange(Change.DELETED, gone));
            return;
        }
        boolean isNew = before.filter(old -> old.generation() == after.get().generation())
                .isEmpty();
        if (isNew) {
            listener.onChange(after.get().isBranch() ? Change.FORKED : Change.CREATED, after.get());
        } else if (!after.equals(before)) {
            listener.onChange(Change.UPDATED, after.get());
        }
    }

    @Override
    public void onFailure(DurableStreamsException failure) {
        listener.onFailure(failure);
    }
}
