package dev.anabranch.server.agent;

import java.util.Optional;

/**
 * A piece of an answer.
 *
 * @param text what was said; empty for the end of a message
 */
record TurnPiece(Optional<String> text) {

    static final TurnPiece END = new TurnPiece(Optional.empty());

    static TurnPiece of(String text) {
        return new TurnPiece(Optional.of(text));
    }
}
