package io.millrace.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/** In which form an answer is wanted (Accept-Encoding). Any thread. */
public enum MessageEncoding {
    PLAIN(""),
    GZIP("gzip"),
    SNAPPY("snappy");

    private static final int SNAPPY_BLOCK = 1 << 16;
    private static final int SNAPPY_MASK = 0xa282ead8;
    private static final int SNAPPY_UNCOMPRESSED = 1;
    private static final int CHECKSUM_BYTES = 4;

    private final String label;

    MessageEncoding(String label) {
        this.label = label;
    }

    /** The one that a header's value asks for. */
    public static MessageEncoding of(String accepted) {
        return switch (accepted.toLowerCase(Locale.ROOT)) {
            case "gzip" -> GZIP;
            case "snappy", "s2" -> SNAPPY;
            default -> PLAIN;
        };
    }

    /** The header block of a message in this form; empty for the plain one. */
    public String headers() {
        return this == PLAIN ? "" : "NATS/1.0\r\nContent-Encoding: " + label + "\r\n\r\n";
    }

    public byte[] encode(byte[] plain) {
        return switch (this) {
            case PLAIN -> plain;
            case GZIP -> gzip(plain);
            case SNAPPY -> snappy(plain);
        };
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /* The framing of Snappy, with its blocks as they are: who insists on it can read it. */
    private static byte[] snappy(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length + 64);
        out.writeBytes(new byte[] {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'});
        for (int from = 0; from < plain.length; from += SNAPPY_BLOCK) {
            int length = Math.min(SNAPPY_BLOCK, plain.length - from);
            out.write(SNAPPY_UNCOMPRESSED);
            little(out, length + CHECKSUM_BYTES, 3);
            CRC32C sum = new CRC32C();
            sum.update(plain, from, length);
            int crc = (int) sum.getValue();
            little(out, Integer.rotateRight(crc, 15) + SNAPPY_MASK, CHECKSUM_BYTES);
            out.write(plain, from, length);
        }
        return out.toByteArray();
    }

    private static void little(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write(value >>> (8 * i));
        }
    }
}
