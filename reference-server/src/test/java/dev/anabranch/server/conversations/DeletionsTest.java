package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.conversations.Removals.Kind;
import dev.anabranch.server.conversations.Removals.Removal;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.server.security.UserId;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process dies in the middle of a removal, at every point of it, and the next one finishes it. */
class DeletionsTest {

    private static final Caller ALICE = new Caller(new UserId("alice"), Scope.ALL, "a");

    private EmbeddedDurableStreams streams;

    @BeforeEach
    void open() {
        streams = EmbeddedDurableStreams.inMemory();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void aTreeThatWasHalfDeletedIsDeletedAtTheNextStart() {
        for (int deleted = 0; deleted <= 3; deleted++) {
            open();
            List<SessionInfo> tree = makeTree(conversations());
            Map<String, Integer> doomed = generations(tree);
            new Removals(streams.engine()).begin(Removal.ofTree(doomed));
            tree.stream()
                    .limit(deleted)
                    .forEach(session -> sessions().session(session.id()).delete());

            Conversations next = conversations();

            assertThat(ids(next)).as("died after %d sessions", deleted).containsExactly("other");
            assertThat(new Removals(streams.engine()).unfinished()).isEmpty();
            assertThat(memberships().isPlaced("root")).isFalse();
            streams.close();
        }
    }

    @Test
    void aSessionThatWasMadeAnewMeanwhileStays() {
        List<SessionInfo> tree = makeTree(conversations());
        new Removals(streams.engine()).begin(Removal.ofTree(generations(tree)));
        tree.forEach(session -> sessions().session(session.id()).delete());
        sessions().create(NewSession.DEFAULTS.withId("root"));

        Conversations next = conversations();

        assertThat(next.sessions().find("root")).isPresent();
        assertThat(new Removals(streams.engine()).unfinished()).isEmpty();
    }

    @Test
    void anErasureThatWasInterruptedIsFinishedAtTheNextStart() {
        Conversations before = conversations();
        List<SessionInfo> tree = makeTree(before);
        Map<StreamName, Long> doomed = new LinkedHashMap<>();
        streams.engine()
                .family(before.sessions().stream("root"))
                .forEach(name -> doomed.put(
                        name, streams.engine().status(name).orElseThrow().streamId()));
        new Removals(streams.engine()).begin(new Removal(Kind.ERASURE, generations(tree), doomed));

        Conversations next = conversations();
        next.erasure(new SessionSearch(next.sessions()), streams.engine());

        assertThat(ids(next)).containsExactly("other");
        assertThat(new Removals(streams.engine()).unfinished()).isEmpty();
    }

    @Test
    void aDeletedTreeLeavesNoNoteBehind() {
        Conversations conversations = conversations();
        makeTree(conversations);

        conversations.deleteTree("branch");

        assertThat(ids(conversations)).containsExactly("other");
        assertThat(new Removals(streams.engine()).unfinished()).isEmpty();
    }

    @Test
    void whatTheAgentSaidInASessionGoesWithIt() {
        Conversations conversations = conversations();
        makeTree(conversations);
        for (String name : List.of("turns/leaf/1", "turns/leaf/2", "turns/root/1", "turns/roots/1")) {
            streams.create(new StreamName(name), CreateRequest.JSON);
        }

        conversations.deleteOne("leaf");
        assertThat(turns()).containsExactly("turns/root/1", "turns/roots/1");

        conversations.deleteTree("root");
        assertThat(turns()).containsExactly("turns/roots/1");
    }

    private List<String> turns() {
        return streams.engine().names("turns/", Optional.empty(), 10).stream()
                .map(StreamName::value)
                .toList();
    }

    /** A root, a branch and a branch of that, in the order in which they are deleted; and another conversation. */
    private static List<SessionInfo> makeTree(Conversations conversations) {
        AgentSession root = conversations.create(ALICE, NewSession.DEFAULTS.withId("root"));
        AgentSession branch =
                root.fork(ForkOptions.at(ForkPoint.now()).withId("branch")).session();
        branch.fork(ForkOptions.at(ForkPoint.now()).withId("leaf"));
        conversations.create(ALICE, NewSession.DEFAULTS.withId("other"));
        List<SessionInfo> tree = new ArrayList<>(conversations.tree("root"));
        Collections.reverse(tree);
        return tree;
    }

    private static Map<String, Integer> generations(List<SessionInfo> tree) {
        Map<String, Integer> generations = new LinkedHashMap<>();
        tree.forEach(session -> generations.put(session.id(), session.generation()));
        return generations;
    }

    private static List<String> ids(Conversations conversations) {
        return conversations.sessions().list(SessionQuery.DEFAULTS).sessions().stream()
                .map(SessionInfo::id)
                .toList();
    }

    private AgentSessions sessions() {
        return AgentSessions.of(streams);
    }

    private Memberships memberships() {
        AgentSessions sessions = sessions();
        return Memberships.open(
                streams.engine(),
                id -> sessions.find(id).map(AgentSession::info).flatMap(SessionInfo::forkedFrom));
    }

    private Conversations conversations() {
        return Conversations.open(
                sessions(), memberships(), streams.engine(), session -> {}, TreeLimits.DEFAULTS, false);
    }
}
