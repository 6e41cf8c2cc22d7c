package dev.anabranch.session;

import dev.langchain4j.data.message.ChatMessage;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ids of message objects that went in or out of one session. LangChain4j hands back the very objects it was given,
 * so identity is an exact key, also across many versions of the window. Objects are held weakly. Not safe for use by
 * many threads.
 */
final class Instances {

    private final Map<Object, List<String>> ids = new HashMap<>();
    private final ReferenceQueue<ChatMessage> collected = new ReferenceQueue<>();

    void add(ChatMessage instance, String id) {
        forgetCollected();
        List<String> known = idsOf(instance);
        if (known.contains(id)) {
            return;
        }
        List<String> more = known.isEmpty()
                ? List.of(id)
                : Stream.concat(known.stream(), Stream.of(id)).toList();
        if (known.isEmpty()) {
            ids.put(new Key(instance, collected), more);
        } else {
            ids.put(new Probe(instance), more); // keeps the key that is there
        }
    }

    /** The ids this object has in the session; more than one if it was stored more than once. */
    List<String> idsOf(ChatMessage instance) {
        return ids.getOrDefault(new Probe(instance), List.of());
    }

    private void forgetCollected() {
        for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
            ids.remove(gone);
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
