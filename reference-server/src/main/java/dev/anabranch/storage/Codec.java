package dev.anabranch.storage;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Optional;

/** Streams, states and producers as bytes. The first byte of each is the version of its form. */
final class Codec {

    private static final int FORM = 1;
    private static final int CLOSED = 1;
    private static final int DELETED = 2;
    private static final int CLOSED_BY = 4;
    private static final int SEQUENCE = 8;

    private static final int NEVER = 0;
    private static final int TTL = 1;
    private static final int AT = 2;

    private Codec() {}

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] state(StreamState state) {
        return written(out -> {
            out.writeByte(FORM);
            out.writeByte((state.closed() ? CLOSED : 0)
                    | (state.deleted() ? DELETED : 0)
                    | (state.closedBy().isPresent() ? CLOSED_BY : 0)
                    | (state.sequence().isPresent() ? SEQUENCE : 0));
            out.writeLong(state.version());
            out.writeLong(state.tail());
            out.writeLong(state.accessed());
            out.writeLong(state.due());
            out.writeInt(state.producers());
            if (state.closedBy().isPresent()) {
                Producer producer = state.closedBy().get();
                text(out, producer.id());
                out.writeLong(producer.epoch());
                out.writeLong(producer.sequence());
            }
            if (state.sequence().isPresent()) {
                text(out, state.sequence().get());
            }
        });
    }

    static StreamState state(byte[] bytes) {
        return read(bytes, in -> {
            int flags = in.readUnsignedByte();
            long version = in.readLong();
            long tail = in.readLong();
            long accessed = in.readLong();
            long due = in.readLong();
            int producers = in.readInt();
            Optional<Producer> closedBy = (flags & CLOSED_BY) == 0
                    ? Optional.empty()
                    : Optional.of(new Producer(text(in), in.readLong(), in.readLong()));
            Optional<String> sequence = (flags & SEQUENCE) == 0 ? Optional.empty() : Optional.of(text(in));
            return new StreamState(
                    version,
                    tail,
                    (flags & CLOSED) != 0,
                    closedBy,
                    sequence,
                    producers,
                    accessed,
                    due,
                    (flags & DELETED) != 0);
        });
    }

    static byte[] identity(StoredStream stream) {
        return written(out -> {
            out.writeByte(FORM);
            text(out, stream.name().value());
            text(out, stream.contentType().value());
            expiry(out, stream.expiry());
            out.writeBoolean(stream.origin().isPresent());
            if (stream.origin().isPresent()) {
                ForkOrigin origin = stream.origin().get();
                out.writeLong(origin.sourceId());
                text(out, origin.source().value());
                out.writeLong(origin.anchor());
                out.writeLong(origin.subOffset());
                out.writeLong(origin.position());
                out.writeBoolean(origin.expiryInherited());
            }
        });
    }

    static StoredStream stream(long id, byte[] identity, StreamState state) {
        return read(identity, in -> {
            StreamName name = new StreamName(text(in));
            ContentType contentType = new ContentType(text(in));
            Expiry expiry = expiry(in);
            Optional<ForkOrigin> origin = !in.readBoolean()
                    ? Optional.empty()
                    : Optional.of(new ForkOrigin(
                            in.readLong(),
                            new StreamName(text(in)),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readBoolean()));
            return new StoredStream(id, name, contentType, expiry, origin, state);
        });
    }

    static byte[] producer(Producer producer) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put((byte) FORM)
                .putLong(producer.epoch())
                .putLong(producer.sequence())
                .array();
    }

    static Producer producer(String id, byte[] bytes) {
        return read(bytes, in -> new Producer(id, in.readLong(), in.readLong()));
    }

    private static void expiry(DataOutputStream out, Expiry expiry) throws IOException {
        if (expiry instanceof Expiry.Ttl ttl) {
            out.writeByte(TTL);
            out.writeLong(ttl.idle().toSeconds());
        } else if (expiry instanceof Expiry.At at) {
            out.writeByte(AT);
            out.writeLong(at.time().getEpochSecond());
            out.writeInt(at.time().get(ChronoField.NANO_OF_SECOND));
        } else {
            out.writeByte(NEVER);
        }
    }

    private static Expiry expiry(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind == TTL) {
            return Expiry.ttl(Duration.ofSeconds(in.readLong()));
        }
        if (kind == AT) {
            return Expiry.at(Instant.ofEpochSecond(in.readLong(), in.readInt()));
        }
        return Expiry.never();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException neverInMemory) {
            throw new UncheckedIOException(neverInMemory);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Reading<T> reading) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int form = in.readUnsignedByte();
            if (form != FORM) {
                throw new IOException("entry is of form " + form + ", which this version cannot read");
            }
            return reading.from(in);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
