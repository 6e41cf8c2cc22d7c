package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What sessions promise of their branches. */
abstract class SessionForksContract extends SessionHistoryContract {

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

    private static List<ChatMessage> messages(List<HistoryMessage> history) {
        return history.stream().map(each -> each.message().orElseThrow()).toList();
    }
}
