package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sessions promise on any server. Extend it once per implementation of {@link DurableStreams}. */
public abstract class AgentSessionsContract {

    private static final String ID = "chat-123";

    private DurableStreams streams;
    private SessionsOptions options;
    protected AgentSessions sessions;

    /** Streams with nothing below {@link #options}' prefix. */
    protected abstract DurableStreams openStreams() throws Exception;

    protected SessionsOptions options() {
        return SessionsOptions.DEFAULTS;
    }

    @BeforeEach
    final void open() throws Exception {
        streams = openStreams();
        options = options();
        sessions = AgentSessions.of(streams, options);
    }

    @AfterEach
    final void close() {
        sessions.close();
        streams.close();
    }

    /** The sessions as another process sees them. */
    private AgentSessions elsewhere() {
        return AgentSessions.of(streams, options);
    }

    private static UserMessage user(String text) {
        return UserMessage.from(text);
    }

    private static AiMessage ai(String text) {
        return AiMessage.from(text);
    }

    private AgentSession talk(String id, int turns) {
        AgentSession session = sessions.session(id);
        for (int turn = 0; turn < turns; turn++) {
            session.append(user("question " + turn));
            session.append(ai("answer " + turn));
        }
        return session;
    }

    private static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }

    @Test
    void theFirstAppendMakesTheSession() {
        AgentSession session = sessions.session(ID);
        assertThat(session.exists()).isFalse();
        assertThat(session.window()).isEmpty();
        assertThat(session.history()).isEmpty();

        Appended appended = session.append(user("hello"), ai("hi"));

        assertThat(session.exists()).isTrue();
        assertThat(appended.messages()).extracting(HistoryMessage::text).containsExactly("hello", "hi");
        assertThat(appended.tail()).isEqualTo(session.tail());
        assertThat(session.window()).containsExactly(user("hello"), ai("hi"));
        assertThat(elsewhere().session(ID).window()).containsExactly(user("hello"), ai("hi"));
        assertThat(sessions.list(SessionQuery.DEFAULTS).sessions())
                .extracting(SessionInfo::id)
                .containsExactly(ID);
        assertThat(session.stream().value()).endsWith("sessions/" + ID);
    }

    @Test
    void historyKeepsWhatTheWindowEvicted() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> all =
                List.of(SystemMessage.from("be kind"), user("one"), ai("two"), user("three"), ai("four"));
        session.updateWindow(all.subList(0, 3));
        session.updateWindow(all);
        session.updateWindow(List.of(all.get(0), all.get(3), all.get(4)));

        List<HistoryMessage> history = session.history();

        assertThat(history)
                .extracting(message -> message.message().orElseThrow())
                .isEqualTo(all);
        assertThat(history).extracting(message -> message.index().orElse(-1)).containsExactly(-1, 0, 1, 2, 3);
        assertThat(history).extracting(HistoryMessage::inWindow).containsExactly(true, false, false, true, true);
        assertThat(history.get(1).evictedFor()).contains("window");
        assertThat(history).extracting(HistoryMessage::role).containsExactly("SYSTEM", "USER", "AI", "USER", "AI");
        assertThat(session.window()).containsExactly(all.get(0), all.get(3), all.get(4));
        assertThat(elsewhere().session(ID).history()).isEqualTo(history);
    }

    @Test
    void aBranchHasWhatLiesBeforeItsPointWhicheverMessageThatIs() {
        AgentSession session = sessions.session(ID);
        session.append(SystemMessage.from("be kind"), user("one"), ai("two"));
        session.append(user("three"));
        session.append(ai("four"), user("five"), ai("six"));
        List<HistoryMessage> all = session.history();

        for (int i = 0; i < all.size(); i++) {
            List<ChatMessage> with = messages(all.subList(0, i + 1));
            List<ChatMessage> without = messages(all.subList(0, i));
            AgentSession after = session.fork(ForkPoint.after(all.get(i).id()), "after " + i);
            AgentSession before = session.fork(ForkPoint.before(all.get(i).id()), "before " + i);

            assertThat(after.window()).as("after %d", i).isEqualTo(with);
            assertThat(before.window()).as("before %d", i).isEqualTo(without);
            assertThat(session.windowAt(ForkPoint.after(all.get(i).id()))).isEqualTo(with);
            assertThat(session.windowAt(ForkPoint.before(all.get(i).id()))).isEqualTo(without);
            assertThat(after.info().forkPoint().orElseThrow().afterMessageId())
                    .contains(all.get(i).id());
            assertThat(before.info().forkPoint().orElseThrow().beforeMessageId())
                    .contains(all.get(i).id());
        }
        assertThat(session.window()).isEqualTo(messages(all));
    }

    @Test
    void anIndexCountsTheFullHistoryWithoutSystemMessages() {
        AgentSession session = sessions.session(ID);
        session.updateWindow(List.of(SystemMessage.from("be kind"), user("one"), ai("two"), user("three")));
        session.updateWindow(List.of(SystemMessage.from("be kind")));
        session.append(ai("four"));

        for (int n = 0; n <= 4; n++) {
            Branch branch = session.fork(ForkOptions.at(ForkPoint.atIndex(n)));

            assertThat(branch.info().forkPoint().orElseThrow().messageCount()).isEqualTo(n);
            assertThat(branch.session().history().stream()
                            .filter(each -> each.index().isPresent()))
                    .hasSize(n);
        }
        assertThatThrownBy(() -> session.fork(ForkOptions.at(ForkPoint.atIndex(5))))
                .isInstanceOf(NoSuchMessageException.class)
                .hasMessage("index 5 exceeds message count 4");
    }

    @Test
    void theWindowOfABranchIsAsItWasAtAPointThatWasEvictedLongAgo() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> window = new ArrayList<>();
        List<List<ChatMessage>> windows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            window.add(user("message " + i));
            if (window.size() > 3) {
                window.remove(0);
            }
            session.updateWindow(window);
            windows.add(List.copyOf(window));
        }
        List<HistoryMessage> history = session.history();

        for (int i = 0; i < 20; i += 3) {
            AgentSession branch =
                    elsewhere().session(ID).fork(ForkPoint.after(history.get(i).id()), "at " + i);
            assertThat(branch.window()).isEqualTo(windows.get(i));
            assertThat(branch.history()).hasSize(i + 1);
        }
        AgentSession before = session.fork(ForkPoint.before(history.get(10).id()), "before");
        assertThat(before.window()).isEqualTo(windows.get(9));
    }

    @Test
    void aBranchGoesItsOwnWay() {
        AgentSession session = talk(ID, 2);
        AgentSession branch = session.fork(ForkPoint.now(), "branch");
        branch.append(user("mine"));
        session.append(user("yours"));

        assertThat(texts(branch)).containsExactly("question 0", "answer 0", "question 1", "answer 1", "mine");
        assertThat(texts(session)).containsExactly("question 0", "answer 0", "question 1", "answer 1", "yours");
        HistoryMessage inherited = branch.history().get(1);
        HistoryMessage own = branch.history().get(4);
        assertThat(inherited.inherited()).isTrue();
        assertThat(inherited.session()).isEqualTo(ID);
        assertThat(inherited.id()).isEqualTo(session.history().get(1).id());
        assertThat(inherited.json()).isEqualTo(session.history().get(1).json());
        assertThat(inherited.time()).isEqualTo(session.history().get(1).time());
        assertThat(own.inherited()).isFalse();
        assertThat(own.session()).isEqualTo(branch.id());
        assertThat(branch.summary().ownMessageCount()).isEqualTo(1);
        assertThat(branch.summary().messageCount()).isEqualTo(5);
        assertThat(elsewhere().session(branch.id()).window()).isEqualTo(branch.window());
    }

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
    void openToolCallsNeverReachABranchByHalf() {
        AgentSession session = sessions.session(ID);
        ToolExecutionRequest one = ToolExecutionRequest.builder()
                .id("1")
                .name("look")
                .arguments("{}")
                .build();
        ToolExecutionRequest two = ToolExecutionRequest.builder()
                .id("2")
                .name("look")
                .arguments("{}")
                .build();
        session.append(user("look twice"));
        session.append(AiMessage.from(one, two));
        session.append(ToolExecutionResultMessage.from(one, "seen"));

        Branch snapped = session.fork(ForkOptions.DEFAULTS);
        Branch answered = session.fork(ForkOptions.DEFAULTS.withOpenToolCalls(OpenToolCalls.ANSWER));

        assertThat(snapped.session().window()).containsExactly(user("look twice"));
        assertThat(snapped.info().forkPoint().orElseThrow().snappedBack()).isTrue();
        assertThat(answered.session().window()).hasSize(4);
        assertThat(answered.session().window().get(3))
                .isInstanceOfSatisfying(
                        ToolExecutionResultMessage.class,
                        result -> assertThat(result.id()).isEqualTo("2"));
        assertThat(answered.info().forkPoint().orElseThrow().answeredToolCalls())
                .containsExactly("2");
        assertThatThrownBy(() -> session.fork(ForkOptions.DEFAULTS.withOpenToolCalls(OpenToolCalls.REFUSE)))
                .isInstanceOf(OpenToolCallsException.class);
        assertThat(session.history()).extracting(HistoryMessage::forkable).containsExactly(true, false, false);

        session.append(ToolExecutionResultMessage.from(two, "seen again"));
        assertThat(session.fork(ForkPoint.now(), "whole").window()).hasSize(4);
        assertThat(session.fork(ForkPoint.atIndex(3), "inside").window()).containsExactly(user("look twice"));
    }

    @Test
    void beforeOpenToolCallsThereMayBeOthers() {
        AgentSession session = sessions.session(ID);
        session.append(user("look"));
        session.append(calling("1"));
        session.append(calling("2"));

        Branch snapped = session.fork(ForkOptions.DEFAULTS);

        assertThat(snapped.session().window()).containsExactly(user("look"));
        assertThat(snapped.info().forkPoint().orElseThrow().messageCount()).isEqualTo(1);
        assertThat(session.rewind(ForkPoint.atIndex(2)).session().window()).hasSizeGreaterThan(3);
        assertThat(session.window()).containsExactly(user("look"));
    }

    private static AiMessage calling(String callId) {
        return AiMessage.from(ToolExecutionRequest.builder()
                .id(callId)
                .name("look")
                .arguments("{}")
                .build());
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
    void aForkWithTheSameKeyAnswersTheSameBranch() {
        AgentSession session = talk(ID, 1);
        ForkOptions options = ForkOptions.DEFAULTS.withIdempotencyKey("call-7").withLabel("plan");
        Branch first = session.fork(options);
        session.append(user("the parent grows"));

        Branch again = elsewhere().session(ID).fork(options);

        assertThat(first.created()).isTrue();
        assertThat(again.created()).isFalse();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.info().label()).isEqualTo("plan");
        assertThat(again.session().history()).hasSize(2);
        assertThat(session.children()).hasSize(1);
    }

    @Test
    void anIdThatIsTakenIsRefused() {
        AgentSession session = talk(ID, 1);
        session.fork(ForkOptions.DEFAULTS.withId("mine"));

        assertThatThrownBy(() -> session.fork(ForkOptions.DEFAULTS.withId("mine")))
                .isInstanceOf(SessionExistsException.class);
        assertThatThrownBy(() -> session.fork(ForkOptions.DEFAULTS.withId(ID)))
                .isInstanceOf(SessionExistsException.class);
        assertThatThrownBy(() -> sessions.create(NewSession.DEFAULTS.withId(ID)))
                .isInstanceOf(SessionExistsException.class);
        assertThat(session.children()).hasSize(1);
    }

    @Test
    void aGuardHoldsHoweverManyForkAtOnce() throws Exception {
        talk(ID, 1);
        ForkGuard atMostFive = attempt -> {
            if (attempt.siblings().size() + attempt.count() > 5) {
                throw new IllegalStateException("limit reached");
            }
        };
        List<AgentSessions> processes = List.of(sessions, elsewhere(), elsewhere());
        ExecutorService executor = Executors.newFixedThreadPool(12);
        try {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                AgentSession session = processes.get(i % 3).session(ID);
                attempts.add(() -> {
                    try {
                        session.fork(ForkOptions.DEFAULTS.withGuard(atMostFive));
                        return true;
                    } catch (IllegalStateException refused) {
                        return false;
                    }
                });
            }
            int made = 0;
            for (Future<Boolean> each : executor.invokeAll(attempts, 120, TimeUnit.SECONDS)) {
                made += each.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(5);
        } finally {
            executor.shutdownNow();
        }
        assertThat(elsewhere().session(ID).children()).hasSize(5);
        assertThat(elsewhere().session(ID).children().stream()
                        .map(SessionInfo::label)
                        .distinct())
                .hasSize(5);
    }

    @Test
    void severalBranchesAreMadeTogetherOrNotAtAll() {
        AgentSession session = talk(ID, 1);
        List<Branch> branches = session.forkAll(List.of(
                ForkOptions.DEFAULTS.withLabel("a"),
                ForkOptions.DEFAULTS.withLabel("b"),
                ForkOptions.at(ForkPoint.atIndex(1)).withLabel("c")));

        assertThat(branches).extracting(branch -> branch.info().label()).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> session.forkAll(List.of(ForkOptions.DEFAULTS, ForkOptions.DEFAULTS.withId(ID))))
                .isInstanceOf(SessionExistsException.class);
        assertThat(session.children()).hasSize(3);
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
    void aResetClearsTheWindowAndKeepsTheHistory() {
        AgentSession session = talk(ID, 2);
        session.reset();
        session.append(user("again"));

        assertThat(session.window()).containsExactly(user("again"));
        assertThat(session.history()).hasSize(5);
        assertThat(session.history().get(0).evictedFor()).contains("reset");
        assertThat(elsewhere().session(ID).window()).containsExactly(user("again"));
        String last = session.history().get(4).id();
        assertThat(session.fork(ForkPoint.before(last), "empty").window()).isEmpty();
        assertThat(session.fork(ForkPoint.after(last), "one").window()).containsExactly(user("again"));
        assertThat(session.fork(ForkPoint.atIndex(4), "before reset").window()).isEmpty();
        assertThat(session.fork(ForkPoint.after(session.history().get(3).id()), "full")
                        .window())
                .hasSize(4);
    }

    @Test
    void aRewindGoesOnFromAnEarlierPointAndKeepsTheTailAsABranch() {
        AgentSession session = talk(ID, 3);
        Branch abandoned = session.rewind(ForkPoint.atIndex(2));
        session.append(user("another way"));

        assertThat(session.window()).containsExactly(user("question 0"), ai("answer 0"), user("another way"));
        assertThat(session.history()).hasSize(7);
        assertThat(session.history().get(3).evictedFor()).contains("rewind");
        assertThat(abandoned.session().window()).hasSize(6);
        assertThat(session.children()).extracting(SessionInfo::id).containsExactly(abandoned.id());
        assertThat(elsewhere().session(ID).window()).isEqualTo(session.window());
    }

    @Test
    void aRewindReachesWhatLeftTheWindowLongAgo() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> first = List.of(user("first"), ai("second"));
        Appended appended = session.append(first.get(0), first.get(1));
        session.updateWindow(List.of());
        for (int batch = 0; batch < 3; batch++) {
            List<ChatMessage> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                many.add(user("message " + i));
            }
            session.updateWindow(many);
            session.updateWindow(List.of());
        }

        session.rewind(ForkPoint.after(appended.messages().get(1).id()));

        assertThat(session.window()).isEqualTo(first);
        assertThat(elsewhere().session(ID).window()).isEqualTo(first);
        session.append(user("another way"));
        assertThat(session.window()).hasSize(3);
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
    void settingsAreInheritedAsDocumented() {
        SessionSettings settings = SessionSettings.NONE
                .withModel("big")
                .withProject("anabranch")
                .withMcpDisabled(true)
                .withWorktreeBranch("main")
                .withSandbox(Map.of("network", false))
                .withChannelBinding("#chat")
                .withOthers(Map.of("colour", "blue"));
        AgentSession session = sessions.create(NewSession.DEFAULTS
                .withId(ID)
                .withSettings(settings)
                .withMetadata(Map.of("title", "Trip"))
                .withCreator("ada"));
        session.append(user("hello"));

        SessionInfo branch = session.fork(ForkOptions.DEFAULTS).info();

        assertThat(elsewhere().session(ID).info().settings()).isEqualTo(settings);
        assertThat(elsewhere().session(ID).info().metadata()).containsEntry("title", "Trip");
        assertThat(branch.settings())
                .isEqualTo(SessionSettings.NONE
                        .withModel("big")
                        .withProject("anabranch")
                        .withMcpDisabled(true));
        assertThat(branch.creator()).contains("ada");
        SessionInfo updated = session.update(SessionUpdate.NOTHING
                .withLabel("Journey")
                .withMetadata("title", "Journey")
                .withMetadata("stars", 5));
        assertThat(updated.label()).isEqualTo("Journey");
        assertThat(elsewhere().session(ID).info().metadata())
                .containsEntry("title", "Journey")
                .containsEntry("stars", 5);
    }

    @Test
    void anAppendWithAKeyHappensOnce() {
        AgentSession session = talk(ID, 1);
        SessionAppend append = SessionAppend.messages(List.of(user("brought"), ai("forward")))
                .withHeaders(Map.of("broughtFrom", "branch-1"))
                .withEntry(TypedEntry.of(
                        "bring-forward",
                        "branch-1",
                        JsonNodeFactory.instance.objectNode().put("n", 2)))
                .withIdempotencyKey("bring branch-1");

        Appended first = session.append(append);
        session.append(user("later"));
        Appended again = elsewhere().session(ID).append(append);

        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.messages())
                .extracting(HistoryMessage::id)
                .isEqualTo(first.messages().stream().map(HistoryMessage::id).toList());
        assertThat(session.history()).hasSize(5);
        assertThat(session.history().get(2).headers()).containsEntry("broughtFrom", "branch-1");
        assertThat(session.entries("bring-forward")).hasSize(1);
        Optional<TypedEntry> receipt = session.entry("bring-forward", "branch-1");
        assertThat(receipt.orElseThrow().value().path("n").asInt()).isEqualTo(2);
        assertThatThrownBy(() -> TypedEntry.of("message", "x", JsonNodeFactory.instance.nullNode()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pagesOfALongHistoryAreRightWhereverTheyBegin() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> window = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            window.add(user("message " + i));
            if (window.size() == 50) {
                session.updateWindow(window);
                window.clear();
            }
        }
        session.updateWindow(window);
        assertThat(session.history()).hasSize(600);

        for (int from : List.of(0, 1, 255, 256, 257, 300, 511, 512, 513, 590)) {
            HistoryPage page = session.history(from, 20);
            assertThat(page.messages().get(0).text()).isEqualTo("message " + from);
            assertThat(page.messages()).hasSize(Math.min(20, 600 - from));
            assertThat(page.messages().get(0).index()).hasValue(from);
            assertThat(page.nextIndex()).isEqualTo(Math.min(600, from + 20));
            String id = page.messages().get(0).id();
            assertThat(session.message(id).orElseThrow())
                    .isEqualTo(page.messages().get(0));
        }
        assertThat(session.latest(5).messages())
                .extracting(HistoryMessage::text)
                .endsWith("message 599");
        String at = session.history(333, 1).messages().get(0).id();
        assertThat(session.fork(ForkPoint.before(at), "b").history()).hasSize(333);
        assertThat(session.fork(ForkPoint.after(at), "a").history()).hasSize(334);
        assertThat(session.fork(ForkPoint.atIndex(333), "i").history()).hasSize(333);
    }

    @Test
    void aListenerHearsWhatHappensInASessionWhoeverDoesIt() throws Exception {
        AgentSession session = talk(ID, 1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Tailing listening = session.listen(new SessionListener() {
            @Override
            public void onMessages(List<HistoryMessage> messages) {
                messages.forEach(message ->
                        heard.add(message.text() + " " + message.index().orElse(-1)));
            }

            @Override
            public void onEvicted(String messageId, String reason) {
                heard.add("evicted for " + reason);
            }

            @Override
            public void onReset() {
                heard.add("reset");
            }

            @Override
            public void onEntry(TypedEntry entry) {
                heard.add(entry.type() + " " + entry.key());
            }
        });
        AgentSession elsewhere = elsewhere().session(ID);
        elsewhere.append(user("from elsewhere"));
        session.append(SessionAppend.messages(List.of(ai("from here")))
                .withEntry(TypedEntry.of("note", "n1", JsonNodeFactory.instance.objectNode())));
        List<ChatMessage> window = elsewhere.window();
        elsewhere.updateWindow(window.subList(1, window.size()));
        session.reset();
        session.append(user("afterwards"));

        List<String> expected =
                List.of("from elsewhere 2", "from here 3", "note n1", "evicted for window", "reset", "afterwards 4");
        for (String each : expected) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(each);
        }
        listening.close();
        assertThat(heard).isEmpty();
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

    private static List<ChatMessage> messages(List<HistoryMessage> history) {
        return history.stream().map(each -> each.message().orElseThrow()).toList();
    }
}
