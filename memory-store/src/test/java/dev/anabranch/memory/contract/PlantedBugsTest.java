package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventStatistics;
import org.junit.platform.testkit.engine.Events;

/** The contract passes a plain store that is right, and fails one with any of these bugs. */
final class PlantedBugsTest {

    /** Ways to get it wrong, all of them seen in the wild or easily imagined. */
    enum Bug {
        NONE,
        IGNORES_EMPTY_LISTS,
        NEVER_SHRINKS,
        IGNORES_EDITS_OF_THE_SAME_LENGTH,
        DROPS_EQUAL_MESSAGES,
        LOSES_THINKING,
        CUTS_LONG_TEXTS,
        CONFUSES_IDS_THAT_PRINT_ALIKE,
        CONFUSES_UPPER_AND_LOWER_CASE,
        IGNORES_DELETES,
        DELETES_FOR_EVER,
        KEEPS_THE_CALLERS_LIST,
        FORGETS_ON_RESTART,
        LETS_THE_LAST_WRITER_WIN
    }

    private static Bug planted = Bug.NONE;

    @Test
    void aStoreThatIsRightPasses() {
        planted = Bug.NONE;

        Events tests = runContract(PlainStoreCase.class);

        assertThat(tests.failed().stream().flatMap(event -> event.getPayload(TestExecutionResult.class).stream()))
                .isEmpty();
        assertThat(tests.succeeded().count()).isGreaterThan(130);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aStoreWithABugFails(Bug bug) {
        planted = bug;

        assertThat(runContract(PlainStoreCase.class).failed().count()).isPositive();
    }

    private static Events runContract(Class<?> contract) {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute()
                .testEvents();
        tests.assertStatistics(PlantedBugsTest::everythingRan);
        return tests;
    }

    private static void everythingRan(EventStatistics statistics) {
        statistics.skipped(0);
    }

    /** Runs the contract. Run by the tests above only. */
    static final class PlainStoreCase extends ChatMemoryStoreContract {

        private final Map<Object, String> data = new ConcurrentHashMap<>();

        @Override
        protected ChatMemoryStore openStore() {
            if (planted == Bug.FORGETS_ON_RESTART) {
                data.clear();
            }
            return new PlainStore(data, planted);
        }

        @Override
        protected Set<Capability> capabilities() {
            return planted == Bug.LETS_THE_LAST_WRITER_WIN
                    ? EnumSet.allOf(Capability.class)
                    : EnumSet.complementOf(EnumSet.of(Capability.MERGES_WRITERS));
        }
    }

    /** One JSON text for each memory. */
    private static final class PlainStore implements ChatMemoryStore {

        private final Map<Object, String> data;
        private final Map<Object, List<ChatMessage>> lists = new ConcurrentHashMap<>();
        private final Set<Object> deleted = ConcurrentHashMap.newKeySet();
        private final Bug bug;

        PlainStore(Map<Object, String> data, Bug bug) {
            this.data = data;
            this.bug = bug;
        }

        @Override
        public List<ChatMessage> getMessages(Object memoryId) {
            List<ChatMessage> kept = lists.get(memoryId);
            return kept != null
                    ? kept
                    : ChatMessageDeserializer.messagesFromJson(data.getOrDefault(key(memoryId), "[]"));
        }

        @Override
        public void updateMessages(Object memoryId, List<ChatMessage> messages) {
            int before = getMessages(memoryId).size();
            if ((bug == Bug.IGNORES_EMPTY_LISTS && messages.isEmpty())
                    || (bug == Bug.NEVER_SHRINKS && messages.size() < before)
                    || (bug == Bug.IGNORES_EDITS_OF_THE_SAME_LENGTH && messages.size() == before)
                    || deleted.contains(memoryId)) {
                return;
            }
            if (bug == Bug.KEEPS_THE_CALLERS_LIST) {
                lists.put(memoryId, messages);
            }
            List<ChatMessage> stored =
                    new ArrayList<>(bug == Bug.DROPS_EQUAL_MESSAGES ? new LinkedHashSet<>(messages) : messages);
            if (bug == Bug.LOSES_THINKING) {
                stored.replaceAll(message -> message instanceof AiMessage ai
                        ? ai.toBuilder().thinking(null).build()
                        : message);
            }
            String json = json(stored);
            boolean cut = bug == Bug.CUTS_LONG_TEXTS && json.length() > 1 << 20;
            data.put(key(memoryId), cut ? json.replace("0123456789abcdef0123456789abcdef", "") : json);
        }

        @Override
        public void deleteMessages(Object memoryId) {
            if (bug == Bug.DELETES_FOR_EVER) {
                deleted.add(memoryId);
            }
            if (bug != Bug.IGNORES_DELETES) {
                data.remove(key(memoryId));
                lists.remove(memoryId);
            }
        }

        /** Refuses what does not come back as it was. */
        private static String json(List<ChatMessage> messages) {
            String json = ChatMessageSerializer.messagesToJson(messages);
            if (!ChatMessageDeserializer.messagesFromJson(json).equals(messages)) {
                throw new IllegalArgumentException("messages that JSON changes");
            }
            return json;
        }

        private Object key(Object memoryId) {
            if (bug == Bug.CONFUSES_IDS_THAT_PRINT_ALIKE) {
                return memoryId.toString();
            }
            return bug == Bug.CONFUSES_UPPER_AND_LOWER_CASE && memoryId instanceof String text
                    ? text.toLowerCase(Locale.ROOT)
                    : memoryId;
        }
    }
}
