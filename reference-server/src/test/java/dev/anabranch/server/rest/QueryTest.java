package dev.anabranch.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.anabranch.server.http.ProblemException;
import io.javalin.http.Context;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTest {

    private enum Order {
        NEWEST,
        OLDEST
    }

    private final Context http = mock();
    private final Query query = new Query(http);

    @Test
    void whatIsLeftOutOrEmptyIsTheDefault() {
        when(http.queryParam("limit")).thenReturn("");

        assertThat(query.text("limit")).isEmpty();
        assertThat(query.limit(20, 200)).isEqualTo(20);
        assertThat(query.flag("dryRun")).isFalse();
        assertThat(query.choice("order", Order.values(), Order.NEWEST)).isEqualTo(Order.NEWEST);
    }

    @Test
    void aLimitIsAWholeNumberAndCutToTheMost() {
        when(http.queryParam("limit")).thenReturn("7", "9999");

        assertThat(query.limit(20, 200)).isEqualTo(7);
        assertThat(query.limit(20, 200)).isEqualTo(200);
        for (String bad : List.of("0", "-1", "1.5", "x", "01", "99999999999", " 7")) {
            when(http.queryParam("limit")).thenReturn(bad);
            assertThatThrownBy(() -> query.limit(20, 200)).as(bad).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void flagsAndChoicesAreTakenByTheirWordsAlone() {
        when(http.queryParam("dryRun")).thenReturn("true", "false", "yes");
        assertThat(query.flag("dryRun")).isTrue();
        assertThat(query.flag("dryRun")).isFalse();
        assertThatThrownBy(() -> query.flag("dryRun")).isInstanceOf(ProblemException.class);

        when(http.queryParam("order")).thenReturn("oldest", "OLDEST");
        assertThat(query.choice("order", Order.values(), Order.NEWEST)).isEqualTo(Order.OLDEST);
        assertThatThrownBy(() -> query.choice("order", Order.values(), Order.NEWEST))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("newest, oldest");
    }
}
