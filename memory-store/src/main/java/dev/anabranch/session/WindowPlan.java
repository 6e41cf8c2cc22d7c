package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The change that turns a session's window into a list of messages. */
final class WindowPlan {

    /*
     * Three questions are answered for each element of the list: is it a message of the window, one that had left it,
     * or a new one?
     *
     * First by identity: an object that went in or out of this session before is that message. Those that are in the
     * window and keep their order (a longest increasing run of window positions) stay where they are; they divide both
     * lists into gaps. Then by content, only within a gap and only in order (a longest common subsequence): so a user
     * who says "yes" twice has said it twice, and a list that was rebuilt elsewhere still finds its messages.
     *
     * The writer made the list from a window it had seen, and others may have written since. What happened to a message
     * at an entry that the writer has not `seen` is news to the writer, and the list says nothing about it: a message
     * that joined since stays, one that was evicted since stays evicted.
     */

    /** Puts a message into the window: a new one, if {@code existing} is empty, or one that had left it. */
    record Put(Optional<String> existing, ChatMessage instance, Optional<String> before) {}

    private final SessionState state;
    private final Instances instances;
    private final List<ChatMessage> list;
    private final Seen seen;
    private final List<WindowMessage> window;
    private final Map<String, Integer> positions = new HashMap<>();

    /** For each element: its position in the window, or -1. */
    private final int[] matched;

    /** For each element: the id it is known by, in the window or not. */
    private final @Nullable String[] known;
    /** For each element: whether others evicted it since, so that it is passed over. */
    private final boolean[] dropped;

    private final boolean[] inPlace;
    private final Set<String> claimed = new HashSet<>();

    private final List<String> evictions = new ArrayList<>();
    private final List<Put> puts = new ArrayList<>();

    WindowPlan(SessionState state, Instances instances, List<ChatMessage> list, Seen seen) {
        this.state = state;
        this.instances = instances;
        this.list = list;
        this.seen = seen;
        this.window = state.window();
        this.matched = new int[list.size()];
        Arrays.fill(matched, -1);
        this.known = new @Nullable String[list.size()];
        this.dropped = new boolean[list.size()];
        this.inPlace = new boolean[list.size()];
        if (isShiftAndAppend()) {
            return;
        }
        for (int i = 0; i < window.size(); i++) {
            positions.put(window.get(i).id(), i);
        }
        matchByIdentity();
        Alignment.longestRun(matched).forEach(element -> inPlace[element] = true);
        matchByContent();
        collect();
    }

    /** The plain case, with hardly any hashing: some messages left near the front, and new ones joined at the end. */
    private boolean isShiftAndAppend() {
        int kept = 0;
        while (kept < list.size() && kept < window.size() && isSame(kept, kept)) {
            kept++;
        }
        int gap = kept;
        while (kept < list.size() && gap < window.size() && !isSame(kept, gap)) {
            gap++;
        }
        if (kept < list.size() && gap == window.size() && kept < window.size()) {
            return false;
        }
        int shift = gap - kept;
        int run = kept;
        while (run < list.size() && run + shift < window.size() && isSame(run, run + shift)) {
            run++;
        }
        boolean isPlain = run + shift == window.size() && areNew(run) && areSeen(kept, gap);
        if (isPlain) {
            window.subList(kept, gap).forEach(message -> evictions.add(message.id()));
            list.subList(run, list.size())
                    .forEach(message -> puts.add(new Put(Optional.empty(), message, Optional.empty())));
        }
        return isPlain;
    }

    /** Whether an element is the very object of a window's message, or one that stands for that message alone. */
    private boolean isSame(int element, int position) {
        WindowMessage message = window.get(position);
        return message.isDecoded()
                && (message.message().orElse(null) == list.get(element)
                        || instances.idsOf(list.get(element)).equals(List.of(message.id())));
    }

    private boolean areNew(int fromElement) {
        return list.subList(fromElement, list.size()).stream()
                .allMatch(message -> instances.idsOf(message).isEmpty());
    }

    private boolean areSeen(int fromPosition, int toPosition) {
        return window.subList(fromPosition, toPosition).stream()
                .allMatch(message ->
                        message.isDecoded() && message.message().isPresent() && seen.has(message.lastChange()));
    }

    /** Messages of the window that leave it. */
    List<String> evictions() {
        return evictions;
    }

    /** Messages that join or return, in order. */
    List<Put> puts() {
        return puts;
    }

    /** The ids of elements that stand for a message of the window, to be remembered for their instances. */
    IdentityHashMap<ChatMessage, String> recognised() {
        IdentityHashMap<ChatMessage, String> ids = new IdentityHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            if (matched[i] >= 0 && inPlace[i]) {
                ids.put(list.get(i), window.get(matched[i]).id());
            }
        }
        return ids;
    }

    private void matchByIdentity() {
        int next = 0;
        for (int i = 0; i < list.size(); i++) {
            List<String> ids = instances.idsOf(list.get(i));
            if (ids.isEmpty()) {
                continue;
            }
            matched[i] = positionOf(ids, next);
            if (matched[i] >= 0) {
                next = matched[i] + 1;
                known[i] = window.get(matched[i]).id();
                claimed.add(window.get(matched[i]).id());
            } else {
                matchEvicted(i, ids);
            }
        }
    }

    private int positionOf(List<String> ids, int next) {
        int earlier = -1;
        for (String id : ids) {
            Integer position = claimed.contains(id) ? null : positions.get(id);
            if (position != null && position >= next) {
                return position;
            }
            if (position != null) {
                earlier = position;
            }
        }
        return earlier;
    }

    private void matchEvicted(int element, List<String> ids) {
        for (String id : ids) {
            Optional<Long> evictedBy = claimed.contains(id) ? Optional.empty() : state.evictedBy(id);
            if (evictedBy.isPresent()) {
                claimed.add(id);
                known[element] = id;
                dropped[element] = !seen.has(evictedBy.get());
                return;
            }
        }
    }

    private void matchByContent() {
        int element = 0;
        int position = 0;
        for (int i = 0; i <= list.size(); i++) {
            if (i == list.size() || inPlace[i]) {
                int end = i == list.size() ? window.size() : matched[i];
                matchGap(element, i, position, end);
                element = i + 1;
                position = end + 1;
            }
        }
    }

    private void matchGap(int fromElement, int toElement, int fromPosition, int toPosition) {
        int[] elements = new int[toElement - fromElement];
        int elementCount = 0;
        for (int i = fromElement; i < toElement; i++) {
            if (known[i] == null) {
                elements[elementCount++] = i;
            }
        }
        if (elementCount == 0 || fromPosition >= toPosition) {
            return;
        }
        int[] free = new int[toPosition - fromPosition];
        int freeCount = 0;
        for (int i = fromPosition; i < toPosition; i++) {
            WindowMessage message = window.get(i);
            if (!claimed.contains(message.id()) && seen.has(message.lastChange())) {
                free[freeCount++] = i;
            }
        }
        new Alignment(this::isEqual, this::match)
                .align(Arrays.copyOf(elements, elementCount), Arrays.copyOf(free, freeCount));
    }

    private boolean isEqual(int element, int position) {
        return window.get(position).message().filter(list.get(element)::equals).isPresent();
    }

    private void match(int element, int position) {
        matched[element] = position;
        inPlace[element] = true;
        known[element] = window.get(position).id();
        claimed.add(window.get(position).id());
    }

    private void collect() {
        Set<String> moved = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            if (matched[i] >= 0 && !inPlace[i]) {
                moved.add(window.get(matched[i]).id());
            }
        }
        for (WindowMessage message : window) {
            boolean isGone = !claimed.contains(message.id())
                    && seen.has(message.lastChange())
                    && message.message().isPresent();
            if (isGone || moved.contains(message.id())) {
                evictions.add(message.id());
            }
        }
        Optional<String> before = Optional.empty();
        for (int i = list.size() - 1; i >= 0; i--) {
            if (inPlace[i]) {
                before = Optional.of(window.get(matched[i]).id());
            } else if (!dropped[i]) {
                puts.add(new Put(Optional.ofNullable(known[i]), list.get(i), before));
            }
        }
        Collections.reverse(puts);
    }
}
