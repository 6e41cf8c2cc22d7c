package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Tailing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What sessions promise on any server. Extend it once per implementation of {@link DurableStreams}. */
public abstract class AgentSessionsContract extends SessionForksContract {

    @Test
    void branchesOfBranchesMakeATree() {
        AgentSession root = talk(ID, 2);
        AgentSession child = root.fork(ForkPoint.now(), "child");
        child.append(user("child speaks"));
        AgentSession grandchild = child.fork(ForkPoint.now(), "grandchild");
        AgentSession second = root.fork(ForkPoint.atIndex(1), "second");

        SessionTree tree = elsewhere().tree(grandchild.id());

        assertThat(tree.session().id()).isEqualTo(ID);
        assertThat(tree.children()).extracting(each -> each.session().id()).containsExactly(child.id(), second.id());
        assertThat(tree.find(child.id()).orElseThrow().children())
                .extracting(each -> each.session().label())
                .containsExactly("grandchild");
        assertThat(grandchild.ancestors()).extracting(SessionInfo::id).containsExactly(child.id(), ID);
        assertThat(root.children()).extracting(SessionInfo::id).containsExactly(child.id(), second.id());
        assertThat(texts(grandchild)).hasSize(5);
        assertThat(grandchild.fork(ForkPoint.atIndex(3), "deep").history()).hasSize(3);
    }

    @Test
    void labelsOfATreeDiffer() {
        AgentSession session = talk(ID, 1);

        assertThat(session.fork(ForkPoint.now(), "plan").info().label()).isEqualTo("plan");
        assertThat(session.fork(ForkPoint.now(), "plan").info().label()).isEqualTo("plan (2)");
        assertThat(session.fork(ForkPoint.now(), "plan").info().label()).isEqualTo("plan (3)");
        assertThat(session.fork(ForkOptions.DEFAULTS).info().label()).isEqualTo(ID + " (2)");
    }

    @Test
    void deletingAParentLeavesItsBranchesWhole() {
        AgentSession session = talk(ID, 2);
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        branch.append(user("mine"));

        assertThat(session.delete()).isTrue();

        assertThat(session.exists()).isFalse();
        assertThat(elsewhere().find(ID)).isEmpty();
        assertThat(texts(elsewhere().session(branch.id()))).hasSize(5);
        assertThat(branch.info().parent()).isEmpty();
        assertThat(branch.info().forkedFrom()).contains(ID);
        assertThat(branch.info().root()).isEqualTo(branch.id());
        assertThat(sessions.list(SessionQuery.DEFAULTS.withRootsOnly(true)).sessions())
                .extracting(SessionInfo::id)
                .containsExactly(branch.id());
        assertThat(session.delete()).isFalse();
    }

    @Test
    void aDeletedIdWorksAgainAtOnceWhoeverHoldsTheOldView() {
        AgentSessions other = elsewhere();
        AgentSession session = talk(ID, 2);
        assertThat(other.session(ID).window()).hasSize(4);
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        session.delete();

        session.append(user("anew"));

        assertThat(texts(session)).containsExactly("anew");
        assertThat(other.session(ID).window()).containsExactly(user("anew"));
        other.session(ID).append(ai("indeed"));
        assertThat(texts(session)).containsExactly("anew", "indeed");
        assertThat(texts(branch)).hasSize(4);
        assertThat(branch.info().parent()).isEmpty();
        assertThat(session.children()).isEmpty();
        session.delete();
        other.session(ID).append(user("once more"));
        assertThat(texts(elsewhere().session(ID))).containsExactly("once more");
        assertThat(elsewhere().list(SessionQuery.DEFAULTS).sessions()).hasSize(2);
    }

    @Test
    void deletingATreeDeletesAllOfIt() {
        AgentSession root = talk(ID, 1);
        AgentSession child = root.fork(ForkPoint.now(), "child");
        AgentSession grandchild = child.fork(ForkPoint.now(), "grandchild");
        talk("other", 1);

        assertThat(child.deleteTree()).containsExactlyInAnyOrder(ID, child.id(), grandchild.id());

        assertThat(root.exists() || child.exists() || grandchild.exists()).isFalse();
        assertThat(elsewhere().list(SessionQuery.DEFAULTS).sessions())
                .extracting(SessionInfo::id)
                .containsExactly("other");
    }

    @Test
    void listsAreNewestFirstAndPaged() {
        for (int i = 0; i < 7; i++) {
            sessions.create(NewSession.DEFAULTS.withId("s" + i).withLabel("Number " + i));
        }
        sessions.session("s3").archive();
        sessions.session("s1").fork(ForkOptions.DEFAULTS.withId("b1").withLabel("branch"));
        sessions.session("s1")
                .fork(ForkOptions.DEFAULTS.withId("x1").withLabel("x").withScratch(Duration.ofHours(1)));
        SessionQuery query = SessionQuery.DEFAULTS.withLimit(3);

        SessionPage first = sessions.list(query);
        SessionPage second = sessions.list(query.withCursor(first.afterCursor().orElseThrow()));
        SessionPage third = sessions.list(query.withCursor(second.afterCursor().orElseThrow()));

        assertThat(ids(first)).containsExactly("b1", "s6", "s5");
        assertThat(first.beforeCursor()).isEmpty();
        assertThat(ids(second)).containsExactly("s4", "s2", "s1");
        assertThat(ids(third)).containsExactly("s0");
        assertThat(third.afterCursor()).isEmpty();
        assertThat(ids(sessions.list(query.withCursor(third.beforeCursor().orElseThrow()))))
                .containsExactly("s4", "s2", "s1");
        assertThat(ids(sessions.list(SessionQuery.DEFAULTS.withArchived(SessionQuery.Choice.ONLY))))
                .containsExactly("s3");
        assertThat(ids(sessions.list(SessionQuery.DEFAULTS.withScratch(SessionQuery.Choice.ONLY))))
                .containsExactly("x1");
        assertThat(ids(sessions.list(SessionQuery.DEFAULTS.withText("NUMBER 4"))))
                .containsExactly("s4");
        assertThat(ids(elsewhere().list(SessionQuery.DEFAULTS.withRootsOnly(true))))
                .hasSize(6);
        assertThatThrownBy(() -> sessions.list(query.withCursor("bogus"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> ids(SessionPage page) {
        return page.sessions().stream().map(SessionInfo::id).toList();
    }

    @Test
    void aListenerOfTheDirectoryHearsOfEverySession() throws Exception {
        talk("before", 1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Tailing listening =
                sessions.listen((DirectoryListener) (change, info) -> heard.add(change + " " + info.label()));
        AgentSession session = elsewhere().session(ID);
        session.append(user("hello"));
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        sessions.session(branch.id()).relabel("other");
        branch.delete();

        for (String each : List.of("CREATED " + ID, "FORKED branch", "UPDATED other", "DELETED other")) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(each);
        }
        listening.close();
        assertThat(heard).isEmpty();
    }

    @Test
    void repairListsWhatTheDirectoryLost() {
        AgentSession session = talk(ID, 1);
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        streams.delete(sessions.directory());

        AgentSessions after = elsewhere();
        assertThat(after.list(SessionQuery.DEFAULTS).sessions()).isEmpty();
        assertThat(after.repair(List.of(ID, branch.id(), "never"))).containsExactly(ID, branch.id());

        assertThat(after.tree(ID).sessions()).extracting(SessionInfo::label).containsExactly(ID, "branch");
    }
}
