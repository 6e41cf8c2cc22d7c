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

    /** Up to this many comparisons a common subsequence is looked for exactly. */
    private static final long COMPARISONS_MAX = 4_000_000;

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
        keepLongestRun();
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

    /** Longest increasing subsequence of the matched positions, by patience sorting. */
    private void keepLongestRun() {
        int[] pileTops = new int[list.size()];
        int[] previous = new int[list.size()];
        int piles = 0;
        for (int i = 0; i < list.size(); i++) {
            if (matched[i] < 0) {
                continue;
            }
            int low = 0;
            int high = piles;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (matched[pileTops[middle]] < matched[i]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            previous[i] = low == 0 ? -1 : pileTops[low - 1];
            pileTops[low] = i;
            piles = Math.max(piles, low + 1);
        }
        for (int i = piles == 0 ? -1 : pileTops[piles - 1]; i >= 0; i = previous[i]) {
            inPlace[i] = true;
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
        align(Arrays.copyOf(elements, elementCount), Arrays.copyOf(free, freeCount));
    }

    private void align(int[] elements, int[] free) {
        int from = 0;
        int toElement = elements.length;
        int toFree = free.length;
        while (from < toElement && from < toFree && isEqual(elements[from], free[from])) {
            match(elements[from], free[from]);
            from++;
        }
        while (toElement > from && toFree > from && isEqual(elements[toElement - 1], free[toFree - 1])) {
            match(elements[--toElement], free[--toFree]);
        }
        int[] restElements = Arrays.copyOfRange(elements, from, toElement);
        int[] restFree = Arrays.copyOfRange(free, from, toFree);
        if ((long) restElements.length * restFree.length <= COMPARISONS_MAX) {
            alignExactly(restElements, restFree);
        } else {
            alignGreedily(restElements, restFree);
        }
    }

    private void alignExactly(int[] elements, int[] free) {
        int[][] common = new int[elements.length + 1][free.length + 1];
        for (int i = elements.length - 1; i >= 0; i--) {
            for (int j = free.length - 1; j >= 0; j--) {
                common[i][j] = isEqual(elements[i], free[j])
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < elements.length && j < free.length) {
            if (isEqual(elements[i], free[j])) {
                match(elements[i++], free[j++]);
            } else if (common[i + 1][j] >= common[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
    }

    private void alignGreedily(int[] elements, int[] free) {
        int next = 0;
        for (int element : elements) {
            for (int j = next; j < free.length && j < next + 1_000; j++) {
                if (isEqual(element, free[j])) {
                    match(element, free[j]);
                    next = j + 1;
                    break;
                }
            }
        }
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
