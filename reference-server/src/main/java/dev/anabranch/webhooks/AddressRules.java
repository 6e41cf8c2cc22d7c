package dev.anabranch.webhooks;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** Which network addresses are public. Everything else is out of a webhook's reach (PROTOCOL.md section 12.8). */
final class AddressRules {

    /** A range of addresses: those that share its first {@code bits} bits. */
    private static final class Range {

        private final byte[] prefix;
        private final int bits;

        Range(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Special-purpose IPv4 (RFC 6890 and its registry), multicast and reserved. */
    private static final List<Range> FORBIDDEN_V4 = List.of(
            v4(0, 0, 0, 0, 8),
            v4(10, 0, 0, 0, 8),
            v4(100, 64, 0, 0, 10),
            v4(127, 0, 0, 0, 8),
            v4(169, 254, 0, 0, 16),
            v4(172, 16, 0, 0, 12),
            v4(192, 0, 0, 0, 24),
            v4(192, 0, 2, 0, 24),
            v4(192, 88, 99, 0, 24),
            v4(192, 168, 0, 0, 16),
            v4(198, 18, 0, 0, 15),
            v4(198, 51, 100, 0, 24),
            v4(203, 0, 113, 0, 24),
            v4(224, 0, 0, 0, 4),
            v4(240, 0, 0, 0, 4));

    /** IPv6 that is allotted to the world: 2000::/3. What lies outside is local, mapped, translated or reserved. */
    private static final Range GLOBAL_V6 = v6(0x2000, 0, 3);

    /** Within 2000::/3, what is not the world, or hides an IPv4 address: Teredo and its kin, documentation, 6to4. */
    private static final List<Range> FORBIDDEN_V6 =
            List.of(v6(0x2001, 0x0000, 23), v6(0x2001, 0x0db8, 32), v6(0x2002, 0x0000, 16), v6(0x3fff, 0x0000, 20));

    private AddressRules() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return FORBIDDEN_V4.stream().noneMatch(range -> range.holds(bytes));
        }
        return GLOBAL_V6.holds(bytes) && FORBIDDEN_V6.stream().noneMatch(range -> range.holds(bytes));
    }

    private static Range v4(int a, int b, int c, int d, int bits) {
        return new Range(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, bits);
    }

    private static Range v6(int first, int second, int bits) {
        byte[] prefix = new byte[16];
        prefix[0] = (byte) (first >> 8);
        prefix[1] = (byte) first;
        prefix[2] = (byte) (second >> 8);
        prefix[3] = (byte) second;
        return new Range(prefix, bits);
    }
}
