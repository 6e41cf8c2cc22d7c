package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lists of messages that a session hands out, and what is to be known of those that come back. */
final class WindowLists {

    private final SessionLog log;

    WindowLists(SessionLog log) {
        this.log = log;
    }

    /** The messages of the window, in a new list. */
    List<ChatMessage> messages(SessionState state) {
        List<ChatMessage> messages = new ArrayList<>(state.window().size());
        for (WindowMessage each : state.window()) {
            boolean isFirstLook = !each.isDecoded();
            each.message().ifPresent(message -> {
                if (isFirstLook) {
                    log.instances().add(message, each.id());
                }
                messages.add(message);
            });
        }
        return messages;
    }

    /** The messages of the window, in a list that tells what its writer has seen when it comes back. */
    List<ChatMessage> handOut(SessionState state) {
        List<ChatMessage> messages = messages(state);
        if (messages.isEmpty()) {
            return messages;
        }
        WindowMessage last = state.window().get(state.window().size() - 1);
        last.message()
                .ifPresent(
                        message -> messages.set(messages.size() - 1, log.last().handOut(state, last.id(), message)));
        return messages;
    }

    /**
     * What the writer of a list had seen when it made the list. A list that holds the object which was handed out as
     * the last of the window at one time, after others that all came from here, was made from that window. Any other
     * was made from what the calling thread saw last, or from something later that it shows by holding it.
     */
    Seen seenBy(SessionState state, List<ChatMessage> list) {
        Seen mine = log.seen(state);
        int newest = newestLast(state, list);
        if (newest >= 0) {
            long lastOf = log.instances().lastOf(list.get(newest)).orElseThrow();
            if (lastOf >= mine.upTo() || (!mine.emptyWindow() && areKnown(list.subList(0, newest)))) {
                return mine.withUpTo(lastOf);
            }
        }
        long upTo = mine.upTo();
        for (ChatMessage each : list) {
            for (String id : log.instances().idsOf(each)) {
                WindowMessage message = state.inWindow(id);
                if (message != null && !mine.wrote(message.passed().entry())) {
                    upTo = Math.max(upTo, message.passed().entry() + 1);
                }
            }
        }
        return mine.withUpTo(upTo);
    }

    /** Where in a list the object is that was handed out latest as the last of a window; -1 if there is none. */
    private int newestLast(SessionState state, List<ChatMessage> list) {
        int newest = -1;
        long lastOf = -1;
        long latest = state.cursor().entries();
        // From the end, where it is in a list that was read just now: none can have been handed out later.
        for (int i = list.size() - 1; i >= 0 && lastOf < latest; i--) {
            Optional<Long> entries = log.instances().lastOf(list.get(i));
            if (entries.isPresent() && entries.get() >= lastOf && isKnown(state, list.get(i))) {
                newest = i;
                lastOf = entries.get();
            }
        }
        return newest;
    }

    private boolean areKnown(List<ChatMessage> messages) {
        return messages.stream()
                .noneMatch(message -> log.instances().idsOf(message).isEmpty());
    }

    private boolean isKnown(SessionState state, ChatMessage instance) {
        return log.instances().idsOf(instance).stream().anyMatch(state::has);
    }

    /**
     * A message whose append failed in a way that left open what became of it, and which was written after all, stands
     * in the window already when its writer adds it again.
     */
    List<ChatMessage> withoutRepeats(SessionState state, List<ChatMessage> list) {
        if (log.unsettled().isEmpty()) {
            return list;
        }
        Set<String> claimed = new HashSet<>();
        List<ChatMessage> rest = new ArrayList<>(list.size());
        for (ChatMessage each : list) {
            List<String> there = log.instances().idsOf(each).stream()
                    .filter(id -> state.inWindow(id) != null)
                    .toList();
            Optional<String> free =
                    there.stream().filter(id -> !claimed.contains(id)).findFirst();
            free.ifPresent(claimed::add);
            boolean isRepeat = free.isEmpty()
                    && there.stream().anyMatch(id -> log.unsettled().find(id).isPresent());
            if (!isRepeat) {
                rest.add(each);
            }
        }
        return rest;
    }
}
