package dev.anabranch.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ids of sessions and entries. */
final class Ids {

    private static final int LENGTH_MAX = 512;
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9\\-._:@+=,]{1," + LENGTH_MAX + "}");

    /**
     * How ids begin that memory stores give to the sessions of one agent, and what they make of ids that get too long.
     */
    private static final String DIGEST = "=sha256.";

    private static final Pattern AGENTS = Pattern.compile("=agent\\.[^.]+\\.|" + DIGEST.replace(".", "\\."));

    /** Milliseconds in the upper bits, a counter of 12 bits in the lower: ids of one process never go back. */
    private static final AtomicLong LAST = new AtomicLong();

    private Ids() {}

    static String requireSession(String id) {
        if (!SESSION.matcher(id).matches() || id.equals(".") || id.equals("..")) {
            throw new IllegalArgumentException(
                    "session id is not 1 to 512 characters of A-Z a-z 0-9 - . _ : @ + = , : '" + id + "'");
        }
        return id;
    }

    /** A time-ordered UUID (version 7), greater than every earlier one of this process. */
    static String timeOrdered(long epochMillis) {
        long stamp = LAST.updateAndGet(last -> Math.max(last + 1, epochMillis << 12));
        long high = ((stamp >>> 12) << 16) | 0x7000 | (stamp & 0xfff);
        long low = (ThreadLocalRandom.current().nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /**
     * The id of a branch whose parent's id says which agent it belongs to, so that the branch belongs to it as well: a
     * memory store of that agent takes it for what it is.
     *
     * @param own tells the branch from all other sessions
     */
    static String ofBranch(String parent, String own) {
        Matcher agents = AGENTS.matcher(parent);
        if (!agents.lookingAt()) {
            return own;
        }
        String id = agents.group() + own;
        return id.length() <= LENGTH_MAX ? id : DIGEST + own;
    }

    static String random() {
        return UUID.randomUUID().toString();
    }

    /** The same UUID (version 8) for the same parts, and another for others. */
    static String derived(String... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                sha256.update(bytes);
            }
            ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
            long high = (digest.getLong() & ~0xf000L) | 0x8000L;
            long low = (digest.getLong() >>> 2) | 0x8000_0000_0000_0000L;
            return new UUID(high, low).toString();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }
}
