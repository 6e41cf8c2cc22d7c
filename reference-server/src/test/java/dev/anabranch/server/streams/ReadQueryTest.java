package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.Offset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadQueryTest {

    @Test
    void withoutAQueryAllOfTheStreamIsRead() {
        ReadQuery everything = new ReadQuery(Offset.BEGINNING, ReadQuery.Mode.CATCH_UP, Optional.empty());

        assertThat(ReadQuery.parse(null)).isEqualTo(everything);
        assertThat(ReadQuery.parse("")).isEqualTo(everything);
        assertThat(ReadQuery.parse("unknown=1&unknown=2")).isEqualTo(everything);
    }

    @Test
    void parametersAreDecodedOnce() {
        assertThat(ReadQuery.parse("live=long%2Dpoll&offset=0%5F1&cursor=a%2525"))
                .isEqualTo(new ReadQuery(new Offset("0_1"), ReadQuery.Mode.LONG_POLL, Optional.of("a%25")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offset=",
                "offset",
                "offset=1&offset=1",
                "offset=a%2Cb",
                "offset=%00",
                "offset=%zz",
                "offset=a+b",
                "live=sse",
                "live=long-poll",
                "live=",
                "live=yes&offset=-1",
                "offset=-1&live=sse&live=sse",
                "offset=%C3%A9"
            })
    void whatMakesNoSenseIsRefused(String query) {
        assertThatThrownBy(() -> ReadQuery.parse(query))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(400));
    }
}
