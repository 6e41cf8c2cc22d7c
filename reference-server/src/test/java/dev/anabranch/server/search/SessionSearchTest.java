package dev.anabranch.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionQuery;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionSearchTest {

    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final AgentSessions sessions = AgentSessions.of(streams);
    private final SessionSearch search = new SessionSearch(sessions);

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void whatIsAppendedAfterASearchIsFoundByTheNext() {
        AgentSession session = sessions.create(NewSession.DEFAULTS.withId("a"));
        say(session, "the first heron");
        assertThat(found("heron")).containsExactly("the first heron");

        say(session, "the second heron");
        say(session, "a boat");

        assertThat(found("heron")).containsExactlyInAnyOrder("the first heron", "the second heron");
        assertThat(found("boat")).containsExactly("a boat");
    }

    @Test
    void aMessageIsFoundOnceWhereItWasWrittenHoweverManyBranchesHaveIt() {
        AgentSession session = sessions.create(NewSession.DEFAULTS.withId("a"));
        say(session, "a heron");
        for (int i = 0; i < 3; i++) {
            AgentSession branch = session.fork(ForkOptions.at(ForkPoint.now())).session();
            say(branch, "another heron of branch " + i);
        }

        List<SearchHit> hits = search.find(SearchQuery.parse("heron"), SessionQuery.DEFAULTS, 10, false);

        assertThat(hits).hasSize(4);
        assertThat(hits.stream().filter(hit -> hit.session().equals("a"))).hasSize(1);
    }

    @Test
    void whatIsFoundIsAsItIsNowAlsoWhenTheIdIsUsedAgain() {
        AgentSession session = sessions.create(NewSession.DEFAULTS.withId("a"));
        say(session, "a heron");
        assertThat(found("heron")).hasSize(1);

        session.delete();
        assertThat(found("heron")).isEmpty();
        say(sessions.create(NewSession.DEFAULTS.withId("a")), "a stork");

        assertThat(found("heron")).isEmpty();
        assertThat(found("stork")).containsExactly("a stork");
    }

    @Test
    void whatIsArchivedIsFoundOnlyWhenAskedFor() {
        AgentSession session = sessions.create(NewSession.DEFAULTS.withId("a"));
        say(session, "a heron");
        AgentSession branch = session.fork(ForkPoint.now(), "live on");
        session.archive();

        SessionQuery all = SessionQuery.DEFAULTS.withArchived(SessionQuery.Choice.INCLUDE);
        assertThat(search.find(SearchQuery.parse("heron"), SessionQuery.DEFAULTS, 10, false))
                .extracting(SearchHit::session)
                .containsExactly(branch.id());
        assertThat(search.find(SearchQuery.parse("heron"), all, 10, false))
                .extracting(SearchHit::session)
                .containsExactly("a");
    }

    @Test
    void whatDoesNotFitInMemoryIsFoundAllTheSame() {
        SessionTexts texts = new SessionTexts(1_000);
        for (int i = 0; i < 20; i++) {
            say(sessions.create(NewSession.DEFAULTS.withId("s" + i)), "a heron and some more words, number " + i);
        }
        for (int round = 0; round < 3; round++) {
            texts.begin();
            for (int i = 0; i < 20; i++) {
                assertThat(texts.of(sessions.session("s" + i), 0)).hasSize(1);
            }
        }
    }

    private static void say(AgentSession session, String text) {
        session.append(UserMessage.from(text));
    }

    private List<String> found(String words) {
        return search.find(SearchQuery.parse(words), SessionQuery.DEFAULTS, 10, false).stream()
                .map(hit -> hit.message().text())
                .toList();
    }
}
