package dev.anabranch.entry;

import com.fasterxml.jackson.databind.JsonNode;

/** One JSON message of a session's stream, as read. */
public sealed interface Entry {

    EntryHeaders headers();

    /** Tells entries apart that this class writes; the same for the same entry whichever server it was read from. */
    String fingerprint();

    record Message(String id, MessageValue value, EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return "message|" + id;
        }
    }

    record Evicted(String id, String reason, EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return "evicted|" + id + "|" + headers.txid().orElse("");
        }
    }

    record BroughtBack(String id, EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return "back|" + id + "|" + headers.txid().orElse("");
        }
    }

    record Reset(EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return "reset";
        }
    }

    /** What the session is. The first in a stream makes the session, and each fork adds another. */
    record Session(String id, JsonNode value, EntryHeaders headers) implements Entry {
        public boolean isFirst() {
            return headers.operation().equals("insert");
        }

        @Override
        public String fingerprint() {
            return "session|" + id + "|" + headers.txid().orElse("");
        }
    }

    record Other(String type, String key, JsonNode value, EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return type + "|" + key + "|" + headers.txid().orElse("");
        }
    }

    /** Something that is no entry this version understands. It stays where it is and changes nothing. */
    record Damaged(String raw, String problem, EntryHeaders headers) implements Entry {
        @Override
        public String fingerprint() {
            return "damaged|" + raw;
        }
    }
}
