package dev.anabranch.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.security.UserId;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.StreamName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipsTest {

    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final StreamEngine engine = streams.engine();

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void membersOutliveARestart() {
        Memberships before = open();
        before.found("plan", ALICE);
        before.put("plan", BOB, AccessLevel.WRITER);

        assertThat(open().members("plan")).isEqualTo(Map.of(ALICE, AccessLevel.OWNER, BOB, AccessLevel.WRITER));
    }

    @Test
    void aJournalThatHasGrownFarIsWrittenAnewAndSaysTheSame() {
        Memberships before = open();
        before.found("plan", ALICE);
        before.found("other", BOB);
        for (int i = 0; i < 600; i++) {
            before.put("plan", BOB, i % 2 == 0 ? AccessLevel.WRITER : AccessLevel.READER);
            before.remove("plan", BOB);
        }
        long linesBefore = lines();
        before.put("plan", BOB, AccessLevel.READER);

        Memberships after = open();

        assertThat(linesBefore).isGreaterThan(1_200);
        assertThat(lines()).isLessThan(10);
        assertThat(journals()).containsExactly("__anabranch/access-1");
        assertThat(after.members("plan")).isEqualTo(Map.of(ALICE, AccessLevel.OWNER, BOB, AccessLevel.READER));
        assertThat(after.areTogether("plan", "other")).isFalse();

        after.remove("plan", BOB);
        assertThat(open().members("plan")).isEqualTo(Map.of(ALICE, AccessLevel.OWNER));
    }

    @Test
    void aNewJournalThatACrashLeftIncompleteDoesNotCount() {
        open().found("plan", ALICE);
        StreamName incomplete = InternalStreams.named("access-1");
        engine.create(incomplete, CreateRequest.JSON).join();
        engine.append(
                        incomplete,
                        AppendRequest.json(List.of(new AccessChange.Joined("t", BOB, AccessLevel.OWNER).toJson())))
                .join();

        assertThat(open().members("plan")).isEqualTo(Map.of(ALICE, AccessLevel.OWNER));
        assertThat(journals()).containsExactly("__anabranch/access");
    }

    @Test
    void anOldJournalThatACrashLeftBesideACompleteOneDoesNotCount() {
        open().found("plan", ALICE);
        StreamName complete = InternalStreams.named("access-1");
        engine.create(complete, CreateRequest.JSON).join();
        engine.append(
                        complete,
                        AppendRequest.json(List.of(
                                new AccessChange.Placed("plan", "t").toJson(),
                                new AccessChange.Joined("t", BOB, AccessLevel.OWNER).toJson(),
                                new AccessChange.Complete().toJson())))
                .join();

        assertThat(open().members("plan")).isEqualTo(Map.of(BOB, AccessLevel.OWNER));
        assertThat(journals()).containsExactly("__anabranch/access-1");
    }

    @Test
    void anIdThatWasUsedBeforeIsForItsOwnersAlone() {
        Memberships memberships = open();
        memberships.found("plan", ALICE);

        assertThat(memberships.found("plan", BOB)).isFalse();
        assertThat(memberships.members("plan")).containsOnlyKeys(ALICE);

        memberships.forget(List.of("plan"));
        assertThat(memberships.found("plan", BOB)).isTrue();
        assertThat(memberships.members("plan")).containsOnlyKeys(BOB);
    }

    private Memberships open() {
        return Memberships.open(engine, session -> Optional.empty());
    }

    private List<String> journals() {
        return engine.names("__anabranch/access", Optional.empty(), 10).stream()
                .map(StreamName::value)
                .toList();
    }

    private long lines() {
        String journal = journals().get(journals().size() - 1);
        return engine.read(new StreamName(journal), dev.anabranch.stream.Offset.BEGINNING, 1 << 20)
                .page()
                .messages()
                .size();
    }
}
