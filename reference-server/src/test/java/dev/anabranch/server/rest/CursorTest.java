package dev.anabranch.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.http.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorTest {

    @Test
    void aTokenLeadsBackToItsPlaceWhateverCharactersItHas() {
        for (String place : List.of("7", "", "a\nb", "ünï/+=")) {
            String token = new Cursor("entries chat-1", place).token();

            assertThat(token).matches("[A-Za-z0-9_-]+");
            assertThat(Cursor.placeIn("entries chat-1", token)).isEqualTo(place);
        }
    }

    @Test
    void aTokenOfAnotherListAndWhatIsNoTokenAreRefused() {
        String other = new Cursor("entries chat-2", "7").token();
        for (String token : List.of(other, "", "%%%", "AAAA", "x".repeat(5_000), "Zm9v")) {
            assertThatThrownBy(() -> Cursor.placeIn("entries chat-1", token))
                    .as(token)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(400));
        }
    }
}
