package dev.anabranch.stream;

/**
 * The stamp of an idempotent producer on one append (PROTOCOL.md section 5.2.1): with it, a retry of the same append is
 * recognised and never written twice.
 *
 * @param id names the producer across restarts; not empty
 * @param epoch starts at 0 and grows by one with each restart of the producer; at most 2<sup>53</sup> - 1
 * @param sequence starts at 0 in each epoch and grows by one with each append; at most 2<sup>53</sup> - 1
 */
public record Producer(String id, long epoch, long sequence) {

    /** The greatest epoch and sequence. */
    public static final long NUMBER_MAX = (1L << 53) - 1;

    public Producer {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("producer id is empty");
        }
        requireNumber("producer epoch", epoch);
        requireNumber("producer sequence", sequence);
    }

    private static void requireNumber(String name, long number) {
        if (number < 0 || number > NUMBER_MAX) {
            throw new IllegalArgumentException(name + " is not from 0 to 2^53-1: " + number);
        }
    }
}
