package dev.anabranch.branch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the branches of each tree have used, in a stream of its own beside the sessions: it outlives scratches, and
 * writing to it leaves every session's tail alone. It goes with the session that its tree begins with. Safe for use by
 * many threads.
 */
final class TokenLedger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AgentSessions sessions;
    private final Map<Tree, Account> accounts = new HashMap<>(); // guarded by itself

    TokenLedger(AgentSessions sessions) {
        this.sessions = sessions;
    }

    /** One tree: an id may be used again once its session is deleted. */
    private record Tree(String root, Instant createdAt) {}

    /** What is known of one tree. */
    private static final class Account {
        private final Map<String, Long> spent = new HashMap<>(); // guarded by this
        private Offset next = Offset.BEGINNING; // guarded by this
    }

    /**
     * Records that work on a branch used {@code tokens}.
     *
     * @param path the branch and its ancestors, the root last
     */
    void spend(List<SessionInfo> path, long tokens) {
        SessionInfo root = path.get(path.size() - 1);
        StreamName stream = sessions.usage(root.id());
        ObjectNode value = JSON.createObjectNode().put("totalTokens", tokens);
        ArrayNode of = value.putArray("path");
        path.forEach(session -> of.add(session.id()));
        ObjectNode event = JSON.createObjectNode()
                .put("type", "usage")
                .put("key", path.get(0).id());
        event.set("value", value);
        event.putObject("headers").put("operation", "insert");
        AppendRequest append = AppendRequest.json(List.of(event.toString()));
        try {
            sessions.streams().append(stream, append);
        } catch (StreamNotFoundException firstOfItsTree) {
            sessions.streams()
                    .create(
                            stream,
                            CreateRequest.JSON.withExpiry(
                                    root.ttl().map(Expiry::ttl).orElse(Expiry.never())));
            sessions.streams().append(stream, append);
        }
    }

    /** How many tokens were used on {@code session} and everything below it. */
    long spent(SessionInfo root, String session) {
        Account account;
        synchronized (accounts) {
            account = accounts.computeIfAbsent(new Tree(root.id(), root.createdAt()), unknown -> new Account());
        }
        synchronized (account) {
            readOn(account, sessions.usage(root.id()));
            return account.spent.getOrDefault(session, 0L);
        }
    }

    private void readOn(Account account, StreamName stream) {
        try {
            StreamPage page;
            do {
                page = sessions.streams().read(stream, account.next);
                page.messages().forEach(message -> book(account, message));
                account.next = page.next();
            } while (!page.upToDate());
        } catch (StreamNotFoundException nothingSpentYet) {
            account.next = Offset.BEGINNING;
            account.spent.clear();
        }
    }

    private static void book(Account account, Payload message) {
        try {
            JsonNode value = JSON.readTree(message.utf8()).path("value");
            for (JsonNode id : value.path("path")) {
                account.spent.merge(id.asText(), value.path("totalTokens").asLong(), Long::sum);
            }
        } catch (JsonProcessingException notOurs) {
            throw new IllegalStateException("the usage ledger holds what is no JSON", notOurs);
        }
    }
}
