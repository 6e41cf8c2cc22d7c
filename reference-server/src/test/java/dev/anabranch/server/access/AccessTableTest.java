package dev.anabranch.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.access.AccessChange.Joined;
import dev.anabranch.server.access.AccessChange.Left;
import dev.anabranch.server.access.AccessChange.Placed;
import dev.anabranch.server.access.AccessChange.Removed;
import dev.anabranch.server.security.UserId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccessTableTest {

    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final AccessTable table = new AccessTable();

    @Test
    void sessionsOfOneTreeHaveTheSameMembers() {
        apply(new Placed("a", "t"), new Placed("b", "t"), new Joined("t", ALICE, AccessLevel.OWNER));

        assertThat(table.treeOf("a")).contains("t");
        assertThat(table.treeOf("b")).contains("t");
        assertThat(table.members("t")).contains(Map.of(ALICE, AccessLevel.OWNER));
    }

    @Test
    void theLastLevelThatAUserWasGivenHolds() {
        apply(new Placed("a", "t"), new Joined("t", BOB, AccessLevel.OWNER), new Joined("t", BOB, AccessLevel.READER));

        assertThat(table.members("t")).contains(Map.of(BOB, AccessLevel.READER));
    }

    @Test
    void aTreeWhoseMembersHaveLeftHasNoneWhichIsNotTheSameAsUnknown() {
        apply(new Placed("a", "t"), new Joined("t", BOB, AccessLevel.OWNER), new Left("t", BOB));

        assertThat(table.members("t")).contains(Map.of());
        assertThat(table.members("other")).isEmpty();
    }

    @Test
    void membershipsEndWithTheLastSessionOfATree() {
        apply(new Placed("a", "t"), new Placed("b", "t"), new Joined("t", ALICE, AccessLevel.OWNER));

        apply(new Removed("a"));
        assertThat(table.members("t")).isPresent();

        apply(new Removed("b"), new Removed("never there"));
        assertThat(table.members("t")).isEmpty();
        assertThat(table.treeOf("b")).isEmpty();
        assertThat(table.size()).isZero();
    }

    @Test
    void aSessionThatIsPlacedAnewLeavesItsOldTree() {
        apply(new Placed("a", "t"), new Joined("t", ALICE, AccessLevel.OWNER), new Placed("a", "u"));

        assertThat(table.treeOf("a")).contains("u");
        assertThat(table.members("t")).isEmpty();
    }

    @Test
    void itsChangesMakeTheSameTableAgainThroughTheirJson() {
        apply(
                new Placed("a", "t"),
                new Placed("b", "t"),
                new Placed("c", "nobody's"),
                new Joined("t", ALICE, AccessLevel.OWNER),
                new Joined("t", BOB, AccessLevel.WRITER),
                new Joined("nobody's", BOB, AccessLevel.OWNER),
                new Left("nobody's", BOB),
                new Joined("a tree without sessions", BOB, AccessLevel.OWNER));
        AccessTable again = new AccessTable();

        table.changes().forEach(change -> again.apply(AccessChange.parse(change.toJson())));

        assertThat(again.treeOf("a")).contains("t");
        assertThat(again.treeOf("b")).contains("t");
        assertThat(again.members("t")).isEqualTo(table.members("t"));
        assertThat(again.members("nobody's")).contains(Map.of());
        assertThat(again.members("a tree without sessions")).isEmpty();
    }

    private void apply(AccessChange... changes) {
        for (AccessChange change : changes) {
            table.apply(change);
        }
    }
}
