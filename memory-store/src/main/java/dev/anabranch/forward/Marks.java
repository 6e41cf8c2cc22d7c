package dev.anabranch.forward;

import dev.anabranch.compare.Transcript;
import java.util.regex.Pattern;

/** The marks around what a session got from a branch: they tell a model where a text comes from. */
final class Marks {

    private static final String TAG = "brought_forward";
    private static final Pattern MARKER =
            Pattern.compile("<(\\s*/?\\s*(?:" + TAG + "|taken_back))", Pattern.CASE_INSENSITIVE);

    private Marks() {}

    /** {@code text} between markers that tell where it comes from. What looks like a marker inside it is defused. */
    static String around(Receipt receipt, String text) {
        String safe = MARKER.matcher(shorten(text)).replaceAll("&lt;$1");
        return "<" + TAG + " from=\"session:" + receipt.branch() + "\" label=\"" + attribute(receipt.label())
                + "\" mode=\"" + receipt.mode().word() + "\" messages=\"" + receipt.messages() + "\" gained=\""
                + receipt.gained() + "\" time=\"" + receipt.time() + "\">\n"
                + safe + "\n</" + TAG + ">";
    }

    static String takenBack(Receipt receipt) {
        return "<taken_back from=\"session:" + receipt.branch() + "\" label=\"" + attribute(receipt.label())
                + "\" mode=\"" + receipt.mode().word() + "\">\nDisregard what was brought forward from this branch at "
                + receipt.time() + ".\n</taken_back>";
    }

    private static String shorten(String text) {
        int excess = text.length() - BringForward.CHARACTERS_MAX;
        if (excess <= 0) {
            return text;
        }
        int half = BringForward.CHARACTERS_MAX / 2;
        return text.substring(0, Transcript.boundary(text, half))
                + "\n[… " + excess + " characters left out …]\n"
                + text.substring(Transcript.boundary(text, text.length() - half));
    }

    private static String attribute(String text) {
        return Transcript.oneLine(text)
                .replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
