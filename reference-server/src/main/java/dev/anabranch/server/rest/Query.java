package dev.anabranch.server.rest;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The parameters in a request's URL. Whatever is not as it should be is a 400 that says what it is. */
public final class Query {

    private final Context http;

    public Query(Context http) {
        this.http = http;
    }

    /** A parameter that is there and not empty. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(http.queryParam(name)).filter(value -> !value.isEmpty());
    }

    /** How many to list: {@code limit}, from 1 to {@code max}. */
    public int limit(int byDefault, int max) {
        return text("limit")
                .map(value -> {
                    if (!value.matches("[1-9][0-9]{0,8}")) {
                        throw invalid("'limit' is not a whole number from 1 to " + max);
                    }
                    return Math.min(max, Integer.parseInt(value));
                })
                .orElse(byDefault);
    }

    public boolean flag(String name) {
        return text(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw invalid("'" + name + "' is not true or false");
                })
                .orElse(false);
    }

    /** A parameter that names a constant of {@code values}, in lower case. */
    public <E extends Enum<E>> E choice(String name, E[] values, E byDefault) {
        return text(name).map(value -> choice(name, value, values)).orElse(byDefault);
    }

    /** The constant of {@code values} that a value names, in lower case. */
    static <E extends Enum<E>> E choice(String name, String value, E[] values) {
        return Arrays.stream(values)
                .filter(choice -> id(choice).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid("'" + name + "' is none of "
                        + String.join(", ", Arrays.stream(values).map(Query::id).toList())));
    }

    private static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
