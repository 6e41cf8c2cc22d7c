package dev.anabranch.server.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.access.Memberships;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.http.StreamView;
import dev.anabranch.server.security.UserId;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.util.List;
import java.util.Optional;

/**
 * The directory as one user sees it: the lines of sessions that the user is a member of. The user appends such lines
 * too, and lines of sessions that are about to be made.
 */
final class DirectoryView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Memberships memberships;
    private final UserId user;

    private DirectoryView(Memberships memberships, UserId user) {
        this.memberships = memberships;
        this.user = user;
    }

    static StreamView of(Memberships memberships, UserId user) {
        DirectoryView view = new DirectoryView(memberships, user);
        return new StreamView(view::shown, view::accept);
    }

    private StreamPage shown(StreamPage page) {
        List<Payload> visible = page.messages().stream()
                .filter(line -> parse(line).filter(this::isVisible).isPresent())
                .toList();
        return new StreamPage(page.from(), visible, page.next(), page.upToDate(), page.closed());
    }

    private boolean isVisible(JsonNode line) {
        String session = line.path("key").asText();
        boolean isOver = line.at("/headers/operation").asText().equals("delete");
        return memberships.level(user, session).isPresent() || (isOver && memberships.wasMember(user, session));
    }

    private void accept(Payload body) {
        JsonNode parsed = parse(body).orElse(JSON.missingNode());
        for (JsonNode line : parsed.isArray() ? parsed : List.of(parsed)) {
            String key = line.path("key").asText();
            Optional<String> parent =
                    Optional.ofNullable(line.path("value").path("parent").textValue());
            boolean isNew = !memberships.isPlaced(key) && parent.isEmpty();
            boolean isBranch = !memberships.isPlaced(key)
                    && parent.flatMap(id -> memberships.level(user, id)).isPresent();
            boolean isOwn = memberships
                    .level(user, key)
                    .filter(level -> level.includes(AccessLevel.WRITER))
                    .isPresent();
            if (!isOwn && !isNew && !isBranch) {
                throw new ProblemException(
                        Problem.of(403, "forbidden", "the line is of a session that the caller may not write"));
            }
        }
    }

    private static Optional<JsonNode> parse(Payload json) {
        try {
            return Optional.of(JSON.readTree(json.utf8()));
        } catch (JsonProcessingException malformed) {
            return Optional.empty();
        }
    }
}
