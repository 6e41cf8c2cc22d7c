package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.access.AccessLevel;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Branch;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.OpenToolCalls;
import dev.anabranch.session.SessionSettings;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Branches: made at an entry, at any other place, or by going back. */
final class ForkRoutes {

    private static final Duration SCRATCH_TTL = Duration.ofHours(1);
    private static final int TTL_SECONDS_MAX = 366 * 24 * 3600;

    private final Conversations conversations;
    private final ConversationJson json;

    ForkRoutes(Conversations conversations, ConversationJson json) {
        this.conversations = conversations;
        this.json = json;
    }

    List<Route> routes() {
        return List.of(
                Route.of(HandlerType.POST, EntryRoutes.ENTRIES + "/{entryId}/fork", Scope.FORK, this::forkAtEntry),
                Route.of(HandlerType.POST, ConversationRoutes.ONE + "/fork", Scope.FORK, this::fork),
                Route.of(HandlerType.POST, ConversationRoutes.ONE + "/rewind", Scope.FORK, this::rewind));
    }

    /** The place before an entry that a user wrote. */
    static ForkPoint beforeUserEntry(AgentSession session, String entryId) {
        HistoryMessage entry = session.message(entryId)
                .orElseThrow(() ->
                        new ProblemException(Problem.notFound("the conversation has no entry '" + entryId + "'")));
        if (!entry.role().equals("USER")) {
            throw new ProblemException(Problem.invalid(
                    "entry '" + entryId + "' is not a user's; a fork begins before an entry that a user wrote"));
        }
        return ForkPoint.before(entryId);
    }

    private void forkAtEntry(Context http, Caller caller) {
        AgentSession parent = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        ForkPoint point = beforeUserEntry(parent, http.pathParam("entryId"));
        answer(http, caller, parent, ForkOptions.at(point), JsonBody.parse(http.bodyAsBytes()));
    }

    private void fork(Context http, Caller caller) {
        AgentSession parent = conversations.require(caller, http.pathParam("id"), AccessLevel.READER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        ForkPoint point = point(parent, body).orElseGet(ForkPoint::now);
        answer(http, caller, parent, ForkOptions.at(point), body);
    }

    private void answer(Context http, Caller caller, AgentSession parent, ForkOptions options, JsonBody body) {
        Branch branch = conversations.fork(caller, parent, extended(options, parent, body), IdempotencyKey.of(http));
        ObjectNode answer = json.of(caller, branch.session());
        branch.info().forkPoint().ifPresent(point -> {
            answer.put("snappedBack", point.snappedBack());
            answer.putPOJO("answeredToolCalls", point.answeredToolCalls());
        });
        http.header("Location", ConversationRoutes.PATH + "/" + branch.id());
        Answer.json(http, branch.created() ? 201 : 200, answer);
    }

    private void rewind(Context http, Caller caller) {
        AgentSession session = conversations.require(caller, http.pathParam("id"), AccessLevel.WRITER);
        JsonBody body = JsonBody.parse(http.bodyAsBytes());
        ForkPoint point = point(session, body)
                .orElseThrow(() -> new ProblemException(Problem.invalid("one of 'before' and 'after' must be there")));
        Branch abandoned = session.rewind(point);
        ObjectNode answer = json.of(caller, session);
        answer.set("branch", json.of(caller, abandoned.session()));
        Answer.json(http, 200, answer);
    }

    private static Optional<ForkPoint> point(AgentSession session, JsonBody body) {
        Optional<String> before = body.text("before", 200);
        Optional<String> after = body.text("after", 200);
        Optional<Integer> atMessage = body.integer("atMessage", 0, Integer.MAX_VALUE - 1);
        if (Stream.of(before, after, atMessage).filter(Optional::isPresent).count() > 1) {
            throw new ProblemException(Problem.invalid("'before', 'after' and 'atMessage' exclude each other"));
        }
        before.or(() -> after).ifPresent(entryId -> requireEntry(session, entryId));
        if (before.isPresent()) {
            return before.map(ForkPoint::before);
        }
        if (after.isPresent()) {
            return after.map(ForkPoint::after);
        }
        // As in sessions.fork: the message of this index is the last that the branch has.
        return atMessage.map(index -> atMessage(session, index));
    }

    /**
     * The place after the message of an index.
     *
     * @throws ProblemException 400 if there is none
     */
    static ForkPoint atMessage(AgentSession session, int index) {
        int count = session.history(0, 1).messageCount();
        if (index > count) {
            throw new ProblemException(Problem.invalid("atMessage " + index + " exceeds message count " + count));
        }
        return ForkPoint.atIndex(Math.min(count, index + 1));
    }

    private static void requireEntry(AgentSession session, String entryId) {
        if (session.message(entryId).isEmpty()) {
            throw new ProblemException(Problem.notFound("the conversation has no entry '" + entryId + "'"));
        }
    }

    private static ForkOptions extended(ForkOptions start, AgentSession parent, JsonBody body) {
        ForkOptions options = start;
        Optional<String> label =
                ConversationRoutes.title(body).or(() -> body.text("label", ConversationRoutes.TITLE_MAX));
        if (label.isPresent()) {
            options = options.withLabel(label.get());
        }
        Optional<String> id = body.text("id", 512);
        if (id.isPresent()) {
            options = options.withId(id.get());
        }
        Optional<Duration> ttl = body.integer("ttlSeconds", 1, TTL_SECONDS_MAX).map(Duration::ofSeconds);
        if (body.bool("scratch").orElse(false)) {
            options = options.withScratch(ttl.orElse(SCRATCH_TTL));
        } else if (ttl.isPresent()) {
            options = options.withTtl(ttl.get());
        }
        Optional<OpenToolCalls> openToolCalls = body.text("openToolCalls", 20).map(ForkRoutes::openToolCalls);
        if (openToolCalls.isPresent()) {
            options = options.withOpenToolCalls(openToolCalls.get());
        }
        Optional<JsonBody> settings = body.object("settings");
        if (settings.isPresent()) {
            SessionSettings inherited = parent.info().settings().inherited();
            options = options.withSettings(SettingsJson.read(inherited, settings.get()));
        }
        Optional<JsonBody> metadata = body.object("metadata");
        return metadata.isPresent() ? options.withMetadata(metadata.get().toMap()) : options;
    }

    private static OpenToolCalls openToolCalls(String value) {
        String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(OpenToolCalls.values())
                .filter(policy -> policy.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(Problem.invalid("'openToolCalls' is none of snap_back, answer, refuse")));
    }
}
