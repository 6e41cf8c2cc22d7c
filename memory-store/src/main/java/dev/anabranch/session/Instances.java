package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ids of message objects that went in or out of one session. LangChain4j hands back the very objects it was given,
 * so identity is an exact key, also across many versions of the window. Objects are held weakly. Not safe for use by
 * many threads.
 */
final class Instances {

    /**
     * What is known of an object.
     *
     * @param ids more than one if it was stored more than once
     * @param lastOf how many entries the session had when this object was handed out as the last of the window; -1 if
     *     it never was. Another object is handed out for each number
     */
    private record Known(List<String> ids, long lastOf) {
        static final Known NOTHING = new Known(List.of(), -1);
    }

    private final Map<Object, Known> known = new HashMap<>();
    private final ReferenceQueue<ChatMessage> collected = new ReferenceQueue<>();

    void add(ChatMessage instance, String id) {
        Known before = of(instance);
        if (!before.ids().contains(id)) {
            put(
                    instance,
                    new Known(
                            Stream.concat(before.ids().stream(), Stream.of(id)).toList(), before.lastOf()));
        }
    }

    /** Notes an object that is handed out once: as the last of the window, as it was after {@code entries}. */
    void addLast(ChatMessage instance, String id, long entries) {
        put(instance, new Known(List.of(id), entries));
    }

    private void put(ChatMessage instance, Known now) {
        forgetCollected();
        if (known.replace(new Probe(instance), now) == null) {
            known.put(new Key(instance, collected), now);
        }
    }

    /** The ids this object has in the session; more than one if it was stored more than once. */
    List<String> idsOf(ChatMessage instance) {
        return of(instance).ids();
    }

    /** How many entries the session had when this object was handed out as the last of its window, if it was. */
    Optional<Long> lastOf(ChatMessage instance) {
        return Optional.of(of(instance).lastOf()).filter(entries -> entries >= 0);
    }

    private Known of(ChatMessage instance) {
        return known.getOrDefault(new Probe(instance), Known.NOTHING);
    }

    private void forgetCollected() {
        for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
            known.remove(gone);
        }
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        return one != null && one == other;
    }

    /** Equal to itself, and to a probe for the same object while that lives. */
    private static final class Key extends WeakReference<ChatMessage> {
        private final int hash;

        Key(ChatMessage instance, ReferenceQueue<ChatMessage> queue) {
            super(instance, queue);
            hash = System.identityHashCode(instance);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || (other instanceof Probe probe && same(get(), probe.instance));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static final class Probe {
        private final ChatMessage instance;

        Probe(ChatMessage instance) {
            this.instance = instance;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return (other instanceof Key key && same(key.get(), instance))
                    || (other instanceof Probe probe && same(probe.instance, instance));
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(instance);
        }
    }
}
